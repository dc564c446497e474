package io.countersign.proxy.aws;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
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
    private static final Pattern MULTI_REGION_ACCESS_POINT = Pattern.compile("(.+)\\.accesspoint\\.s3-global\\..*");
    private static final Pattern BUCKET = Pattern.compile("(.+?)\\.s3[.-].*");

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
        Matcher inHost = BUCKET.matcher(requests.host());
        String path = requests.path();
        // In the path, the first segment is the bucket; without one, the caller names it.
        String object = inHost.matches() ? inHost.group(1) + path : path.isEmpty() ? "*" : path.substring(1);
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
            note.accept(
                    "a Multi-Region Access Point needs the same actions on the objects of its buckets, and listing needs"
                            + " s3:ListBucket on the access point and on the buckets");
            return one(
                    actions,
                    "arn:" + requests.partition() + ":s3::*:accesspoint/" + multiRegion.group(1) + "/object" + path
                            + "/*");
        }
        note.accept("listing a bucket needs s3:ListBucket on the bucket itself");
        return one(actions, "arn:" + requests.partition() + ":s3:::" + object + "/*");
    }

    static List<Permission> openSearch(RequestShape requests, Consumer<String> note) {
        Matcher domain = DOMAIN.matcher(requests.host());
        Set<String> actions = new LinkedHashSet<>();
        for (String method : methods(requests, "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")) {
            actions.add("es:ESHttp" + method.charAt(0) + method.substring(1).toLowerCase(Locale.ROOT));
        }
        return one(actions, requests.arn("es", "domain/" + (domain.matches() ? domain.group(1) : "*") + "/*"));
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
