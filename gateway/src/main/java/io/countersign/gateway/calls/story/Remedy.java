package io.countersign.gateway.calls.story;

import java.util.Map;

/** What to do about a call that did not go well, in one sentence. */
final class Remedy {
    private static final String NOTHING = "nothing.";
    private static final String REJECTIONS = " See docs/REJECTIONS.md.";
    private static final String CALLERS = " See docs/CALLERS.md.";

    static final Map<String, String> BY_REJECTION = Map.ofEntries(
            Map.entry("expired_token", "look at why credentials were not renewed in time, and at the machine's clock."),
            Map.entry(
                    "invalid_token",
                    "look whether the key was deleted, or belongs to another partition or a region that is off."),
            Map.entry("unknown_key", "look whether the key was disabled or deleted, or belongs to another account."),
            Map.entry("clock_skew", "mend the machine's clock."),
            Map.entry(
                    "signature_mismatch",
                    "read why above: most often a hop in between changes the path, Host or the body."),
            Map.entry("wrong_scope", "set the region or the service of the route as AWS asks."),
            Map.entry("incomplete_signature", "find the hop in between that changes Authorization."),
            Map.entry(
                    "missing_authentication",
                    "look at the upstream's URL and strip-prefix: AWS does not know this path, method or stage."),
            Map.entry(
                    "permission", "grant the permission; countersign check --print-iam-policy prints what is needed."),
            Map.entry("bare_forbidden", "look at the permission, the key and the token: AWS gave no reason."),
            Map.entry(
                    "forbidden",
                    "look at the firewall's rules, the API key (x-api-key), the upstream's host, and whether the endpoint is private."),
            Map.entry(
                    "authorizer",
                    "ask who runs the API: a Lambda authorizer decides here, and the route may want auth = none."));

    static final Map<String, String> BY_ERROR = Map.ofEntries(
            Map.entry("dns_error", "look at the host in the route's upstream, and at the name server."),
            Map.entry("dns_timeout", "look at the name server: it was late."),
            Map.entry(
                    "destination_ip_prohibited",
                    "look at where the upstream's name leads: nothing signed may go there."),
            Map.entry("connection_refused", "look whether the upstream runs, and at its port."),
            Map.entry("connection_timeout", "look at the way to the upstream: routes, security groups, its load."),
            Map.entry(
                    "connection_terminated",
                    "look at the upstream, or at what stands before it: it closed the connection."),
            Map.entry(
                    "connection_limit_reached",
                    "look at the limits in countersign_in_flight and countersign_waiting, or at what made it wait."),
            Map.entry(
                    "tls_certificate_error",
                    "look at the upstream's certificate, or name its authority in tls.ca of the route."),
            Map.entry("tls_protocol_error", "look whether the upstream speaks TLS at that port."),
            Map.entry("http_protocol_error", "look at the upstream: its response was not sound HTTP/1.1."),
            Map.entry(
                    "http_upgrade_failed",
                    "look at the upstream: it did not agree to the WebSocket that was asked for."),
            Map.entry("http_response_timeout", "look at why the upstream was slow, or raise the route's timeouts."),
            Map.entry("connection_write_timeout", "look at the upstream: it took nothing of the body."),
            Map.entry("http_response_incomplete", "look at the upstream: its response broke off."),
            Map.entry(
                    "http_response_header_section_size",
                    "look at the upstream: the head of its response is too large."),
            Map.entry(
                    "proxy_configuration_error",
                    "look at the credentials: countersign check --credentials tries them."),
            Map.entry("proxy_internal_error", "report it with the stack trace that the log has for this id."),
            Map.entry("proxy_loop_detected", "look at the upstream: it leads back to Countersign."),
            Map.entry("destination_unavailable", "wait, or look at the upstream: it throttles or is down."),
            Map.entry("http_request_error", "mend what sent it: why is above."));

    private static final int UNAUTHORIZED = 401;

    private Remedy() {}

    static String of(CallFields call) {
        if (call.text("rejection").isPresent()) {
            return BY_REJECTION.getOrDefault(call.text("rejection").get(), "read why above.") + REJECTIONS;
        }
        String error = call.text("error").orElse("");
        if (error.equals("http_request_denied")) {
            return denied(call);
        }
        if (BY_ERROR.containsKey(error)) {
            return BY_ERROR.get(error);
        }
        long status = call.number("status");
        if (status == 0 || !call.flag("complete")) {
            return "nothing here; if it happens often, compare the client's time limit with the times above.";
        }
        if (call.number("items_refused") > 0) {
            return "look at the upstream's own log for what it refused.";
        }
        return status < 400 ? NOTHING : "ask who runs the upstream: the response is its own.";
    }

    private static String denied(CallFields call) {
        String client = call.text("client").orElse("ADDRESS");
        if (call.text("verdict").filter("denied"::equals).isPresent()) {
            return "if it should be let in, change "
                    + call.text("rule").filter(rule -> !rule.equals("default")).orElse("the allow list")
                    + "; countersign rules test " + client + " shows which entry decides.";
        }
        if (call.text("detail")
                .filter(why -> why.startsWith("the request fits "))
                .isPresent()) {
            return "look at the match of the tenants, and at the token or certificate that the client shows; countersign check"
                    + " lists the tenants.";
        }
        if (call.number("status") == UNAUTHORIZED) {
            return "look at the token that the client shows: countersign token list has the names of those that there are, and"
                    + " countersign token add makes one.";
        }
        String detail = call.text("detail").orElse("");
        if (detail.contains("(service = from-scope)")) {
            return "look at services and regions of the route, and at the service and the region that the client signs for."
                    + CALLERS;
        }
        if (detail.startsWith("the request may not be sent: ")) {
            return "look at buckets of the route, and at the bucket that the client names." + CALLERS;
        }
        return call.text("route").isEmpty()
                ? "look at the match of the routes, and at the path and Host that the client uses; countersign check lists the routes."
                : "read why above: a limit, the route's life, a policy or a missing approval.";
    }
}
