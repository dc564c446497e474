package io.countersign.proxy.aws;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules that look at the request. */
final class PermissionRules {
    /** {@code {api}} or, for a private API, {@code {api}-{vpce}}. */
    private static final Pattern API = Pattern.compile("([a-z0-9]+)(?:-vpce-[a-z0-9]+)?\\.execute-api.*");

    private static final Pattern WORKSPACE = Pattern.compile("/workspaces/(ws-[A-Za-z0-9-]+)(/.*)?");
    private static final Pattern DOMAIN = Pattern.compile("(?:search|vpc)-([^.]+)-[a-z0-9]+\\..*");
    private static final Pattern ENDPOINT = Pattern.compile("/endpoints/([^/]+)(?:/.*)?");
    private static final Pattern MULTI_REGION_ACCESS_POINT = Pattern.compile("(.+)\\.accesspoint\\.s3-global\\..*");

    /** {@code {name}-{account}}, by the region's own name, or through an endpoint of a VPC. */
    private static final Pattern ACCESS_POINT =
            Pattern.compile("(.+)-(\\d{12})\\.(?:s3-accesspoint(?:-fips)?\\.|accesspoint\\.vpce-[a-z0-9-]+\\.s3\\.).*");

    private PermissionRules() {}

    static List<Permission> executeApi(RequestShape requests, Consumer<String> note) {
        Matcher matcher = API.matcher(requests.host());
        boolean known = matcher.matches() && !matcher.group(1).equals("vpce");
        String api = known ? matcher.group(1) : "*";
        String stage = "*";
        String rest = "";
        String path = requests.path();
        if (!known) {
            note.accept(requests.host()
                    + " does not say which API and stage it leads to: write them for the first * after the account and"
                    + " the one before the method");
        } else if (requests.basePath().isEmpty()) {
            // The caller's own first segment may be the stage, so nothing can be said about the path after it either.
            note.accept("the stage is not in the upstream's path: write it for the * before the method"
                    + " ($default for an HTTP API's own)");
        } else {
            int end = path.indexOf('/', 1);
            stage = path.substring(1, end < 0 ? path.length() : end);
            rest = end < 0 ? "" : path.substring(end);
            note.accept("\"" + stage
                    + "\" is taken for the stage; with an HTTP API's $default stage it is part of the path");
        }
        Set<String> resources = new LinkedHashSet<>();
        Set<String> methods = requests.methods().isEmpty() ? Set.of("*") : new TreeSet<>(requests.methods());
        for (String method : methods) {
            String resource = requests.arn("execute-api", api + "/" + stage + "/" + method + rest);
            if (!rest.isEmpty()) {
                resources.add(resource);
            }
            resources.add(resource + "/*");
        }
        return List.of(new Permission(Set.of("execute-api:Invoke"), resources));
    }

    static List<Permission> prometheus(RequestShape requests, Consumer<String> note) {
        Matcher workspace = WORKSPACE.matcher(requests.path());
        boolean known = workspace.matches();
        String api = known && workspace.group(2) != null ? workspace.group(2) : "";
        Set<String> actions;
        if (api.startsWith("/api/v1/remote_write")) {
            actions = Set.of("aps:RemoteWrite");
        } else if (api.startsWith("/api/v1/query")) {
            actions = Set.of("aps:QueryMetrics");
        } else {
            actions = new LinkedHashSet<>(List.of(
                    "aps:RemoteWrite", "aps:QueryMetrics", "aps:GetLabels", "aps:GetSeries", "aps:GetMetricMetadata"));
            note.accept("the route takes paths for writing and for querying: remove the actions that are not used");
        }
        if (!known) {
            note.accept("the workspace is in the caller's path: write its id for the last *");
        }
        return one(actions, requests.arn("aps", "workspace/" + (known ? workspace.group(1) : "*")));
    }

    static List<Permission> s3(RequestShape requests, Consumer<String> note) {
        Optional<String> bucket = bucket(requests.host());
        String path = requests.path();
        // In the path, the first segment is the bucket; without one, the caller names it.
        String object = bucket.map(name -> name + path).orElse(path.isEmpty() ? "*" : path.substring(1));
        Set<String> actions = new LinkedHashSet<>();
        for (String method : methods(requests, "GET", "PUT", "DELETE")) {
            actions.add(
                    switch (method) {
                        case "GET", "HEAD" -> "s3:GetObject";
                        case "DELETE" -> "s3:DeleteObject";
                        default -> "s3:PutObject";
                    });
        }
        Matcher multiRegion = MULTI_REGION_ACCESS_POINT.matcher(requests.host());
        if (multiRegion.matches()) {
            note.accept("a Multi-Region Access Point needs the same actions on the objects of its buckets, and listing"
                    + " needs s3:ListBucket on the access point and on the buckets");
            return one(
                    actions,
                    "arn:" + requests.partition() + ":s3::*:accesspoint/" + multiRegion.group(1) + "/object" + path
                            + "/*");
        }
        Matcher accessPoint = ACCESS_POINT.matcher(requests.host());
        if (accessPoint.matches()) {
            note.accept("an access point needs the same actions on the objects of its bucket (or the bucket's policy"
                    + " leaves that to its access points), and listing needs s3:ListBucket on the access point");
            return one(
                    actions,
                    "arn:" + requests.partition() + ":s3:" + requests.region() + ":" + accessPoint.group(2)
                            + ":accesspoint/" + accessPoint.group(1) + "/object" + path + "/*");
        }
        note.accept("listing a bucket needs s3:ListBucket on the bucket itself");
        return one(actions, "arn:" + requests.partition() + ":s3:::" + object + "/*");
    }

    /** The last {@code .s3} ends the name, which may have another in it; through an endpoint of a VPC more follows the name. */
    private static Optional<String> bucket(String host) {
        int end = Math.max(host.lastIndexOf(".s3."), host.lastIndexOf(".s3-"));
        if (end < 0) {
            return Optional.empty();
        }
        String name = host.substring(0, end);
        int endpoint = ("." + name).lastIndexOf(".bucket.vpce-");
        return endpoint < 0
                ? Optional.of(name)
                : Optional.of(name.substring(0, Math.max(endpoint - 1, 0))).filter(n -> !n.isEmpty());
    }

    static List<Permission> openSearch(RequestShape requests, Consumer<String> note) {
        Matcher domain = DOMAIN.matcher(requests.host());
        Set<String> actions = new LinkedHashSet<>();
        for (String method : methods(requests, "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")) {
            actions.add("es:ESHttp" + method.charAt(0) + method.substring(1).toLowerCase(Locale.ROOT));
        }
        return one(actions, requests.arn("es", "domain/" + (domain.matches() ? domain.group(1) : "*") + "/*"));
    }

    /** A gateway has a host of its own; the ARN of a runtime is in the path. */
    static List<Permission> agentCore(RequestShape requests, Consumer<String> note) {
        if (requests.host().contains(".gateway.")) {
            return one(
                    Set.of("bedrock-agentcore:InvokeGateway"),
                    requests.arn("bedrock-agentcore", "gateway/" + requests.firstLabel()));
        }
        note.accept("the caller's path names the runtime: write its id for the * after runtime/; memory, identity and"
                + " tools have actions of their own");
        return one(Set.of("bedrock-agentcore:InvokeAgentRuntime"), requests.arn("bedrock-agentcore", "runtime/*"));
    }

    static List<Permission> sageMaker(RequestShape requests, Consumer<String> note) {
        if (!requests.host().contains("runtime.sagemaker.") || requests.host().startsWith("featurestore")) {
            note.accept(
                    "the permissions that sagemaker's API needs are not known here; see the service's own reference");
            return List.of();
        }
        Matcher endpoint = ENDPOINT.matcher(requests.path());
        boolean known = endpoint.matches();
        if (!known) {
            note.accept("the caller's path names the endpoint: write its name for the last *");
        }
        return one(
                new LinkedHashSet<>(List.of(
                        "sagemaker:InvokeEndpoint",
                        "sagemaker:InvokeEndpointAsync",
                        "sagemaker:InvokeEndpointWithResponseStream")),
                requests.arn("sagemaker", "endpoint/" + (known ? endpoint.group(1) : "*")));
    }

    /** Clients ask for the address of their cell first, which no resource restricts. */
    static List<Permission> timestream(RequestShape requests, Consumer<String> note) {
        note.accept("write the database and the table for the * in database/*/table/*");
        Set<String> actions = new LinkedHashSet<>();
        if (!requests.host().startsWith("query")) {
            actions.add("timestream:WriteRecords");
        }
        if (!requests.host().startsWith("ingest")) {
            actions.add("timestream:Select");
        }
        return List.of(
                new Permission(Set.of("timestream:DescribeEndpoints"), Set.of("*")),
                new Permission(actions, Set.of(requests.arn("timestream", "database/*/table/*"))));
    }

    static List<Permission> rdsData(RequestShape requests, Consumer<String> note) {
        note.accept("the caller's body names cluster and secret: write them for the * after cluster: and secret:");
        return List.of(
                new Permission(
                        new LinkedHashSet<>(List.of(
                                "rds-data:ExecuteStatement",
                                "rds-data:BatchExecuteStatement",
                                "rds-data:BeginTransaction",
                                "rds-data:CommitTransaction",
                                "rds-data:RollbackTransaction")),
                        Set.of(requests.arn("rds", "cluster:*"))),
                new Permission(
                        Set.of("secretsmanager:GetSecretValue"), Set.of(requests.arn("secretsmanager", "secret:*"))));
    }

    /** The first label of a pipeline's host is its name and an id. */
    static String pipeline(RequestShape requests) {
        String label = requests.firstLabel();
        int id = label.lastIndexOf('-');
        return requests.arn("osis", "pipeline/" + (id < 0 ? "*" : label.substring(0, id)));
    }

    private static List<String> methods(RequestShape requests, String... all) {
        Set<String> own = requests.methods();
        return own.isEmpty()
                ? List.of(all)
                : own.stream().filter(m -> !m.equals("OPTIONS")).sorted().toList();
    }

    private static List<Permission> one(Set<String> actions, String resource) {
        return actions.isEmpty() ? List.of() : List.of(new Permission(actions, Set.of(resource)));
    }
}
