package io.countersign.proxy.local;

import io.countersign.proxy.access.AccessConfig;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.rejection.Rejection;
import io.countersign.proxy.upstream.UpstreamFault;
import io.countersign.proxy.wire.Methods;
import java.time.Duration;
import java.util.Set;

/**
 * Every response that we make ourselves; {@link LocalCause} has the statuses.
 *
 * <p>Never 500: the Collector's OTLP exporter drops data on it. A status below 500 is only given for what the caller did.
 */
public final class LocalResponses {
    private LocalResponses() {}

    public static LocalResponse malformed(String detail) {
        return new LocalResponse(LocalCause.MALFORMED, detail).closing();
    }

    /** Plain HTTP on a listener that takes TLS. */
    public static LocalResponse plainHttp() {
        return malformed("this port takes TLS alone, and plain HTTP came: write https:// in place of http://");
    }

    public static LocalResponse denied(Verdict.Denied denied, AccessConfig access) {
        String advice = access.refusals().advice();
        String what = denied.isUnlisted() ? ": " + denied.by().text() + (advice.isEmpty() ? "" : "; " + advice) : "";
        return denied(denied, "the caller is denied by " + denied.by().source() + what, access);
    }

    /** A proxy that we are to believe names the caller in a way that can be read in two ways, or in none. */
    public static LocalResponse callerUnclear(String why) {
        return new LocalResponse(LocalCause.CALLER_UNCLEAR, why);
    }

    /** By a resource policy: explicitly, or because no statement allows the request. */
    public static LocalResponse deniedByPolicy(Verdict.Denied denied, AccessConfig access) {
        String why = denied.isUnlisted() ? denied.by().text() : denied.by().toString();
        return denied(denied, "the request is denied by policy: " + why, access);
    }

    private static LocalResponse denied(Verdict.Denied denied, String detail, AccessConfig access) {
        return denied.isUnlisted()
                ? new LocalResponse(LocalCause.UNLISTED, detail)
                        .telling(403, access.refusals().unlisted())
                : new LocalResponse(LocalCause.DENIED, detail)
                        .telling(access.refusals().denied(), access.refusals().denied());
    }

    public static LocalResponse browser(String detail) {
        return new LocalResponse(LocalCause.BROWSER, detail);
    }

    public static LocalResponse noRoute(String path) {
        return new LocalResponse(LocalCause.NO_ROUTE, "no route takes the path " + path);
    }

    public static LocalResponse methodNotAllowed(String method, Set<String> allowed) {
        return new LocalResponse(LocalCause.METHOD, "the route takes " + String.join(", ", allowed) + ", not " + method)
                .allowing(String.join(", ", allowed));
    }

    public static LocalResponse methodRefused(String method) {
        return new LocalResponse(LocalCause.METHOD, "the method " + method + " is not forwarded")
                .allowing(Methods.text());
    }

    public static LocalResponse headTooSlow(Duration limit) {
        return new LocalResponse(LocalCause.TOO_SLOW, "the request head was not complete within " + millis(limit))
                .closing();
    }

    public static LocalResponse bodyTooSlow(Duration limit, long received) {
        return new LocalResponse(
                        LocalCause.TOO_SLOW,
                        "no byte of the request body came for " + millis(limit) + ", after " + received + " bytes")
                .closing();
    }

    public static LocalResponse bodyTooLarge(long limit, long announced) {
        String what = announced >= 0
                ? "the request body of " + announced + " bytes is"
                : "the request body, whose length no Content-Length announces, is";
        return new LocalResponse(
                        LocalCause.BODY_TOO_LARGE, what + " over the limit of " + limit + " bytes (limits.body)")
                .closing();
    }

    public static LocalResponse presigned() {
        return malformed("the query carries a signature of its own, and this route signs; send the URL without it");
    }

    public static LocalResponse wrongHash() {
        return malformed("the request body is not what its x-amz-content-sha256 announces");
    }

    public static LocalResponse bodyStalled(String upstream, Duration limit, long received) {
        return new LocalResponse(
                        LocalCause.WRITE_TIMEOUT,
                        upstream + " took nothing of the request body for " + millis(limit) + ", after " + received
                                + " bytes had come")
                .closing();
    }

    public static LocalResponse targetTooLong(int limit) {
        return new LocalResponse(LocalCause.TARGET_TOO_LONG, "the request target is longer than " + limit + " bytes")
                .closing();
    }

    public static LocalResponse headTooLarge(String detail) {
        return new LocalResponse(LocalCause.HEAD_TOO_LARGE, detail).closing();
    }

    public static LocalResponse tooManyFields(int limit) {
        return headTooLarge("the request has over " + limit + " fields");
    }

    public static LocalResponse signedHeadTooLarge(int limit, int size) {
        return new LocalResponse(
                LocalCause.HEAD_TOO_LARGE,
                "request line and fields come to " + size + " bytes with the signature, the service takes " + limit);
    }

    public static LocalResponse expectation(String value) {
        return new LocalResponse(LocalCause.EXPECTATION, "the expectation " + value + " is not known; 100-continue is")
                .closing();
    }

    public static LocalResponse loop() {
        return new LocalResponse(
                LocalCause.LOOP,
                "this request has passed this proxy before (Via); the upstream of a route leads back to it");
    }

    public static LocalResponse misdirected(String host) {
        return new LocalResponse(LocalCause.MISDIRECTED, "Host " + host + " is not among access.allowed-hosts");
    }

    /** Where routes send to the host that a request names. */
    public static LocalResponse notOfAws(String authority) {
        return new LocalResponse(
                LocalCause.MISDIRECTED,
                "Host " + authority + " is neither among access.allowed-hosts nor a host of AWS that a route sends to");
    }

    /** No route for the host that a request names, where some send to such hosts. */
    public static LocalResponse noRouteFromHost(String path, String authority) {
        return new LocalResponse(
                LocalCause.NO_ROUTE,
                "no route takes the path " + path + " for Host " + authority
                        + ", which is not a host of AWS that a route sends to");
    }

    public static LocalResponse version(String detail) {
        return new LocalResponse(LocalCause.VERSION, detail).closing();
    }

    public static LocalResponse throttled(int status, String message, int retryAfter) {
        return new LocalResponse(LocalCause.THROTTLED, "the upstream throttles (" + status + ")" + said(message))
                .standingFor(status)
                .retryingAfter(retryAfter);
    }

    public static LocalResponse unavailable(int status, int retryAfter) {
        return new LocalResponse(LocalCause.UNAVAILABLE, "the upstream answered " + status)
                .standingFor(status)
                .retryingAfter(retryAfter);
    }

    public static LocalResponse redirected(int status) {
        return new LocalResponse(
                        LocalCause.REDIRECTED,
                        "the upstream redirects this request (" + status + "), which is never followed")
                .standingFor(status);
    }

    public static LocalResponse serviceFault(int status, String message) {
        return new LocalResponse(LocalCause.SERVICE_FAULT, "AWS itself failed (" + status + ")" + said(message))
                .standingFor(status);
    }

    public static LocalResponse overLimit(int status, String message, int retryAfter) {
        return new LocalResponse(LocalCause.OVER_LIMIT, "a limit that waiting doesn't lift" + said(message))
                .standingFor(status)
                .retryingAfter(retryAfter);
    }

    /** After {@code hold-at-most}: 400, since on 429 some agents would go on trying forever. */
    public static LocalResponse givenUp(int status, String message) {
        return new LocalResponse(LocalCause.OVER_LIMIT, "held for hold-at-most, and still over a limit" + said(message))
                .telling(400, 400)
                .standingFor(status);
    }

    public static LocalResponse rejected(Rejection rejection, int status, int retryAfter) {
        String type = rejection.errorType().isEmpty() ? rejection.cause().label() : rejection.errorType();
        return new LocalResponse(LocalCause.REJECTED, "AWS rejects the signed request: " + type)
                .standingFor(status)
                .retryingAfter(retryAfter);
    }

    private static String said(String message) {
        return message.isEmpty() ? "" : ": " + message;
    }

    public static LocalResponse noCredentials(String name) {
        return new LocalResponse(LocalCause.NO_CREDENTIALS, "no usable credentials '" + name + "'; the log says why");
    }

    public static LocalResponse overBudget(String what, long limit) {
        return new LocalResponse(LocalCause.LIMIT, "no room for " + what + " within the limit of " + limit);
    }

    public static LocalResponse waitedTooLong(String what, Duration limit) {
        return new LocalResponse(LocalCause.LIMIT, "the request waited " + millis(limit) + " for " + what + " in vain");
    }

    public static LocalResponse tooManyWait(String what) {
        return new LocalResponse(LocalCause.LIMIT, "too many requests wait for " + what + " already");
    }

    public static LocalResponse tooManyLast() {
        return new LocalResponse(LocalCause.LIMIT, "a quarter as many event streams as limits.in-flight run already");
    }

    public static LocalResponse gaveWay(String what, long received) {
        return new LocalResponse(
                        LocalCause.GAVE_WAY,
                        "the request body came too slowly while others waited for " + what + ", after " + received
                                + " bytes")
                .closing();
    }

    public static LocalResponse draining() {
        return new LocalResponse(LocalCause.DRAINING, "the proxy is shutting down").closing();
    }

    public static LocalResponse tooManyConnections(int limit) {
        return new LocalResponse(
                        LocalCause.LIMIT, "as many connections are open as limits.connections allows (" + limit + ")")
                .closing();
    }

    public static LocalResponse gaveWay() {
        return new LocalResponse(
                        LocalCause.GAVE_WAY,
                        "limits.connections are open, and this connection gave way to another before its request was"
                                + " read")
                .closing();
    }

    public static LocalResponse cutAtEnd() {
        return new LocalResponse(LocalCause.CUT, "cut: the proxy was stopping").closing();
    }

    public static LocalResponse internal() {
        return new LocalResponse(
                        LocalCause.INTERNAL, "a fault of the proxy's own; the log has it under this request id")
                .closing();
    }

    public static LocalResponse upstream(UpstreamFault fault) {
        return new LocalResponse(LocalCause.of(fault.kind()), fault.detail());
    }

    /** @param untilTrial how long until one of them is tried again; agents obey Retry-After without a bound of their own */
    public static LocalResponse noUpstream(Duration untilTrial) {
        return new LocalResponse(
                        LocalCause.NO_UPSTREAM,
                        "every upstream of the route has failed lately, and none is tried again yet")
                .retryingAfter((int) Math.max(1, Math.min(30, untilTrial.toSeconds() + 1)));
    }

    public static LocalResponse exchangeTimeout(Duration limit, boolean sent) {
        return sent
                ? new LocalResponse(
                        LocalCause.RESPONSE_TIMEOUT, "no response head within " + millis(limit) + " (timeouts.request)")
                : new LocalResponse(
                        LocalCause.LIMIT, "not sent upstream within " + millis(limit) + " (timeouts.request)");
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + " ms";
    }
}
