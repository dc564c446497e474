package io.countersign.cli.check;

import io.countersign.proxy.aws.AwsService;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.signing.SigningConfig;
import io.countersign.proxy.signing.WireTarget;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A GET that changes nothing at a service: what reads the least where the service's API has such a request, else what is at the
 * route's own base.
 *
 * @param query null for none
 * @param needed whether callers of the route need the permission that it needs
 */
record HarmlessRequest(String path, String query, boolean needed) {
    static final String METHOD = "GET";

    /** Amazon Managed Service for Prometheus, "Prometheus-compatible APIs" in its User Guide: the names of labels. */
    private static final Pattern WORKSPACE = Pattern.compile("(/workspaces/[^/]+)(?:/.*)?");

    /** The request for a route; with a path, that one in place of the service's own. */
    static HarmlessRequest of(RouteConfig route, Optional<String> path) {
        String base = route.upstream().basePath();
        String service = route.signing().map(SigningConfig::service).orElse("");
        boolean calledByGet =
                route.match().methods().isEmpty() || route.match().methods().contains(METHOD);
        boolean asCallersDo = calledByGet && AwsServices.of(service).hostsApplications();
        if (path.isPresent()) {
            String[] parts = path.get().split("\\?", 2);
            return new HarmlessRequest(base + parts[0], parts.length > 1 ? parts[1] : null, calledByGet);
        }
        String root = base.isEmpty() ? "/" : base;
        Matcher workspace = WORKSPACE.matcher(base);
        return switch (service) {
            case "aps" ->
                new HarmlessRequest(
                        workspace.matches() ? workspace.group(1) + "/api/v1/labels" : root, null, asCallersDo);
            // Each takes its API's actions in the query of a GET; GetCallerIdentity needs no permission.
            case "sts" -> new HarmlessRequest("/", "Action=GetCallerIdentity&Version=2011-06-15", true);
            case "sqs" -> new HarmlessRequest("/", "Action=ListQueues&MaxResults=1&Version=2012-11-05", false);
            case "sns" -> new HarmlessRequest("/", "Action=ListTopics&Version=2010-03-31", false);
            default ->
                AwsServices.of(service).isS3() && base.isEmpty()
                        ? new HarmlessRequest(root, "list-type=2&max-keys=0", false)
                        : new HarmlessRequest(root, null, asCallersDo);
        };
    }

    /** Whether a refusal with this service may only mean that there is nothing at this path. */
    static boolean mayBeNoPath(String service) {
        return AwsServices.of(service).is(AwsService.Trait.STAGE_IN_PATH);
    }

    WireTarget target(boolean objectPath) {
        return WireTarget.of(path, query, "", "", objectPath);
    }
}
