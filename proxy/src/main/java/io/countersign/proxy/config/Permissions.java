package io.countersign.proxy.config;

import io.countersign.proxy.config.IamPolicy.Permission;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one route's requests need to be allowed. Actions and forms of resources are those of "Actions, resources, and
 * condition keys for AWS services" in the Service Authorization Reference.
 */
final class Permissions {
    /** {@code {api}} or, for a private API, {@code {api}-{vpce}}. */
    private static final Pattern API = Pattern.compile("([a-z0-9]+)(?:-vpce-[a-z0-9]+)?\\.execute-api.*");

    private static final Pattern WORKSPACE = Pattern.compile("/workspaces/(ws-[A-Za-z0-9-]+)(/.*)?");
    private static final Pattern DOMAIN = Pattern.compile("(?:search|vpc)-([^.]+)-[a-z0-9]+\\..*");
    private static final Pattern BUCKET = Pattern.compile("(.+?)\\.s3[.-].*");

    private final RouteConfig route;
    private final SigningConfig signing;
    private final String host;
    /** What all of the route's requests begin with, as they are sent. */
    private final String path;

    private final Set<String> notes;

    /** @param notes receives what cannot be told from the route */
    Permissions(RouteConfig route, Set<String> notes) {
        this.route = route;
        this.signing = route.signing().orElseThrow();
        this.host = route.upstream().hostHeader().orElse(route.upstream().host());
        String prefix = route.match().pathPrefix();
        String matched = prefix.equals("/") ? "" : prefix;
        this.path = route.upstream().basePath()
                + matched.substring(Math.min(
                        matched.length(),
                        route.stripPrefix().map(String::length).orElse(0)));
        this.notes = notes;
    }

    List<Permission> list() {
        return switch (signing.service()) {
            case "execute-api" -> executeApi();
            case "aps" -> aps();
            case "logs" ->
                one(
                        Set.of("logs:PutLogEvents"),
                        arn("logs", "log-group:*:log-stream:*"),
                        "the log group is in the caller's headers: write its name for the first * after log-group");
            case "xray" ->
                one(ordered("xray:PutTraceSegments", "xray:PutSpans", "xray:PutSpansForIndexing"), "*", null);
            case "monitoring" -> one(Set.of("cloudwatch:PutMetricData"), "*", null);
            case "s3" -> s3();
            case "es" -> es();
            case "aoss" ->
                one(
                        Set.of("aoss:APIAccessAll"),
                        arn("aoss", "collection/" + firstLabel()),
                        "the collection's data access policy must name the identity too");
            case "osis" -> one(Set.of("osis:Ingest"), arn("osis", "pipeline/" + pipeline()), null);
            case "lambda" ->
                one(
                        ordered("lambda:InvokeFunctionUrl", "lambda:InvokeFunction"),
                        arn("lambda", "function:*"),
                        "a function URL does not tell its function: write the function's name");
            case "vpc-lattice-svcs" ->
                one(
                        Set.of("vpc-lattice-svcs:Invoke"),
                        "arn:" + partition() + ":vpc-lattice:" + signing.region() + ":*:service/*",
                        "the host does not tell the service's id: write it for the last *");
            case "bedrock" ->
                one(
                        ordered("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"),
                        "*",
                        "the caller's path names the model: write the models that it may use");
            default -> {
                note("what " + signing.service() + " demands is not known here; see the service's own reference");
                yield List.of();
            }
        };
    }

    private List<Permission> executeApi() {
        Matcher matcher = API.matcher(host);
        boolean known = matcher.matches() && !matcher.group(1).equals("vpce");
        String api = known ? matcher.group(1) : "*";
        String stage = "*";
        String rest = "";
        if (!known) {
            note(host
                    + " does not tell which API and stage are behind it: write them for the first * after the account and"
                    + " the one before the method");
        } else if (route.upstream().basePath().isEmpty()) {
            // The caller's own first segment may be the stage, so nothing can be said of the path after it either.
            note("the stage is not in the upstream's path: write it for the * before the method"
                    + " ($default for an HTTP API's own)");
        } else {
            int end = path.indexOf('/', 1);
            stage = path.substring(1, end < 0 ? path.length() : end);
            rest = end < 0 ? "" : path.substring(end);
            note("\"" + stage + "\" is taken for the stage; with an HTTP API's $default stage it is part of the path");
        }
        Set<String> resources = new LinkedHashSet<>();
        Set<String> methods = route.match().methods().isEmpty()
                ? Set.of("*")
                : new TreeSet<>(route.match().methods());
        for (String method : methods) {
            String resource = arn("execute-api", api + "/" + stage + "/" + method + rest);
            if (!rest.isEmpty()) {
                resources.add(resource);
            }
            resources.add(resource + "/*");
        }
        return List.of(new Permission(Set.of("execute-api:Invoke"), resources));
    }

    private List<Permission> aps() {
        Matcher workspace = WORKSPACE.matcher(path);
        boolean known = workspace.matches();
        String api = known && workspace.group(2) != null ? workspace.group(2) : "";
        Set<String> actions;
        if (api.startsWith("/api/v1/remote_write")) {
            actions = Set.of("aps:RemoteWrite");
        } else if (api.startsWith("/api/v1/query")) {
            actions = Set.of("aps:QueryMetrics");
        } else {
            actions = ordered(
                    "aps:RemoteWrite", "aps:QueryMetrics", "aps:GetLabels", "aps:GetSeries", "aps:GetMetricMetadata");
            note("the route takes paths for writing and for querying: take out the actions that are not used");
        }
        return one(
                actions,
                arn("aps", "workspace/" + (known ? workspace.group(1) : "*")),
                known ? null : "the workspace is in the caller's path: write its id for the last *");
    }

    private List<Permission> s3() {
        Matcher inHost = BUCKET.matcher(host);
        // In the path, the first segment is the bucket; without one, the caller names it.
        String object = inHost.matches() ? inHost.group(1) + path : path.isEmpty() ? "*" : path.substring(1);
        return one(
                byMethod("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
                "arn:" + partition() + ":s3:::" + object + "/*",
                "listing a bucket needs s3:ListBucket on the bucket itself");
    }

    private List<Permission> es() {
        Matcher domain = DOMAIN.matcher(host);
        Set<String> actions = new LinkedHashSet<>();
        for (String method : methods("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")) {
            actions.add("es:ESHttp" + method.charAt(0) + method.substring(1).toLowerCase(Locale.ROOT));
        }
        return one(actions, arn("es", "domain/" + (domain.matches() ? domain.group(1) : "*") + "/*"), null);
    }

    private Set<String> byMethod(String read, String write, String delete) {
        Set<String> actions = new LinkedHashSet<>();
        for (String method : methods("GET", "PUT", "DELETE")) {
            actions.add(
                    switch (method) {
                        case "GET", "HEAD" -> read;
                        case "DELETE" -> delete;
                        default -> write;
                    });
        }
        return actions;
    }

    private List<String> methods(String... all) {
        Set<String> own = route.match().methods();
        return own.isEmpty()
                ? List.of(all)
                : own.stream().filter(m -> !m.equals("OPTIONS")).sorted().toList();
    }

    private List<Permission> one(Set<String> actions, String resource, String note) {
        if (note != null) {
            note(note);
        }
        return actions.isEmpty() ? List.of() : List.of(new Permission(actions, Set.of(resource)));
    }

    private String arn(String service, String resource) {
        return "arn:" + partition() + ":" + service + ":" + signing.region() + ":*:" + resource;
    }

    private String partition() {
        return AwsEndpoint.partition(signing.region());
    }

    /** The host's first label is the pipeline's name and an id. */
    private String pipeline() {
        int id = firstLabel().lastIndexOf('-');
        return id < 0 ? "*" : firstLabel().substring(0, id);
    }

    private String firstLabel() {
        return host.substring(0, Math.max(host.indexOf('.'), 0));
    }

    private void note(String what) {
        notes.add("route " + route.name() + ": " + what);
    }

    private static Set<String> ordered(String... actions) {
        return new LinkedHashSet<>(Arrays.asList(actions));
    }
}
