package io.countersign.proxy.exchange;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.config.AccessConfig;
import io.countersign.proxy.rejection.Rejection;
import io.countersign.proxy.upstream.UpstreamFault;
import java.time.Duration;
import java.util.Set;

/**
 * Every answer that we make ourselves; {@link AnswerCause} has the statuses.
 *
 * <p>Never 500: the Collector's OTLP exporter drops data on it. A status below 500 is only given for what the caller did.
 */
public final class Answers {
    private Answers() {}

    static Answer malformed(String detail) {
        return new Answer(AnswerCause.MALFORMED, detail).closing();
    }

    static Answer denied(Verdict.Denied denied, AccessConfig access) {
        String detail = "the caller's address is denied by " + denied.by().source();
        return denied.isUnlisted()
                ? new Answer(AnswerCause.UNLISTED, detail).telling(403, access.unlistedStatus())
                : new Answer(AnswerCause.DENIED, detail).telling(access.denyStatus(), access.denyStatus());
    }

    static Answer browser(String detail) {
        return new Answer(AnswerCause.BROWSER, detail);
    }

    static Answer noRoute(String path) {
        return new Answer(AnswerCause.NO_ROUTE, "no route takes the path " + path);
    }

    static Answer methodNotAllowed(String method, Set<String> allowed) {
        return new Answer(AnswerCause.METHOD, "the route takes " + String.join(", ", allowed) + ", not " + method)
                .allowing(String.join(", ", allowed));
    }

    static Answer methodRefused(String method) {
        return new Answer(AnswerCause.METHOD, "the method " + method + " is not forwarded")
                .allowing(RequestHeadCheck.METHODS_TEXT);
    }

    static Answer headTooSlow(Duration limit) {
        return new Answer(AnswerCause.TOO_SLOW, "the request head was not complete within " + millis(limit)).closing();
    }

    static Answer bodyTooSlow(Duration limit, long received) {
        return new Answer(
                        AnswerCause.TOO_SLOW,
                        "no octet of the request body came for " + millis(limit) + ", after " + received + " octets")
                .closing();
    }

    static Answer bodyTooLarge(long limit, long announced) {
        String what =
                announced >= 0 ? "the request body of " + announced + " octets is" : "the chunked request body is";
        return new Answer(AnswerCause.BODY_TOO_LARGE, what + " over the limit of " + limit + " octets (limits.body)")
                .closing();
    }

    static Answer wrongHash() {
        return malformed("the request body is not what its x-amz-content-sha256 announces");
    }

    static Answer bodyStalled(String upstream, Duration limit, long received) {
        return new Answer(
                        AnswerCause.WRITE_TIMEOUT,
                        upstream + " took nothing of the request body for " + millis(limit) + ", after " + received
                                + " octets had come")
                .closing();
    }

    static Answer targetTooLong(int limit) {
        return new Answer(AnswerCause.TARGET_TOO_LONG, "the request target is longer than " + limit + " octets")
                .closing();
    }

    static Answer headTooLarge(String detail) {
        return new Answer(AnswerCause.HEAD_TOO_LARGE, detail).closing();
    }

    static Answer tooManyFields(int limit) {
        return headTooLarge("the request has over " + limit + " fields");
    }

    static Answer signedHeadTooLarge(int limit, int size) {
        return new Answer(
                AnswerCause.HEAD_TOO_LARGE,
                "request line and fields come to " + size + " octets with the signature, the service takes " + limit);
    }

    static Answer expectation(String value) {
        return new Answer(AnswerCause.EXPECTATION, "the expectation " + value + " is not known; 100-continue is")
                .closing();
    }

    static Answer awsChunked() {
        return new Answer(
                AnswerCause.UNSUPPORTED,
                "the body is framed as aws-chunked, which cannot be signed anew; let the client send it plain: for the AWS CLI"
                        + " and SDKs set request_checksum_calculation = when_required (in the environment"
                        + " AWS_REQUEST_CHECKSUM_CALCULATION), and where the SDK has it, switch chunked encoding off");
    }

    static Answer webSocket() {
        return new Answer(
                AnswerCause.UNSUPPORTED, "WebSockets are not carried; connect to the upstream without the proxy");
    }

    static Answer loop() {
        return new Answer(
                AnswerCause.LOOP,
                "this request has passed this proxy before (Via); the upstream of a route leads back to it");
    }

    static Answer misdirected(String host) {
        return new Answer(AnswerCause.MISDIRECTED, "Host " + host + " is not among access.hosts");
    }

    static Answer version(String detail) {
        return new Answer(AnswerCause.VERSION, detail).closing();
    }

    static Answer throttled(int status, String message, int retryAfter) {
        return new Answer(AnswerCause.THROTTLED, "the upstream throttles (" + status + ")" + said(message))
                .standingFor(status)
                .retryingAfter(retryAfter);
    }

    static Answer unavailable(int status, int retryAfter) {
        return new Answer(AnswerCause.UNAVAILABLE, "the upstream answered " + status)
                .standingFor(status)
                .retryingAfter(retryAfter);
    }

    static Answer redirected(int status) {
        return new Answer(
                        AnswerCause.REDIRECTED,
                        "the upstream redirects this request (" + status + "), which is never followed")
                .standingFor(status);
    }

    static Answer serviceFault(int status, String message) {
        return new Answer(AnswerCause.SERVICE_FAULT, "AWS itself failed (" + status + ")" + said(message))
                .standingFor(status);
    }

    static Answer overLimit(int status, String message, int retryAfter) {
        return new Answer(AnswerCause.OVER_LIMIT, "a limit that waiting doesn't lift" + said(message))
                .standingFor(status)
                .retryingAfter(retryAfter);
    }

    /** After {@code hold-at-most}: 400, since on 429 some agents would go on trying forever. */
    static Answer givenUp(int status, String message) {
        return new Answer(AnswerCause.OVER_LIMIT, "held for hold-at-most, and still over a limit" + said(message))
                .telling(400, 400)
                .standingFor(status);
    }

    static Answer rejected(Rejection rejection, int status, int retryAfter) {
        String type = rejection.errorType().isEmpty() ? rejection.cause().label() : rejection.errorType();
        return new Answer(AnswerCause.REJECTED, "AWS rejects the signed request: " + type)
                .standingFor(status)
                .retryingAfter(retryAfter);
    }

    private static String said(String message) {
        return message.isEmpty() ? "" : ": " + message;
    }

    static Answer noCredentials(String name) {
        return new Answer(AnswerCause.NO_CREDENTIALS, "no usable credentials '" + name + "'; the log says why");
    }

    static Answer overBudget(String what, long limit) {
        return new Answer(AnswerCause.LIMIT, "no room for " + what + " within the limit of " + limit);
    }

    static Answer waitedTooLong(String what, Duration limit) {
        return new Answer(AnswerCause.LIMIT, "the request waited " + millis(limit) + " for " + what + " in vain");
    }

    static Answer tooManyWait(String what) {
        return new Answer(AnswerCause.LIMIT, "too many requests wait for " + what + " already");
    }

    static Answer tooManyLast() {
        return new Answer(AnswerCause.LIMIT, "a quarter as many event streams as limits.in-flight run already");
    }

    static Answer gaveWay(String what, long received) {
        return new Answer(
                        AnswerCause.GAVE_WAY,
                        "the request body came too slowly while others waited for " + what + ", after " + received
                                + " bytes")
                .closing();
    }

    static Answer draining() {
        return new Answer(AnswerCause.DRAINING, "the proxy is shutting down").closing();
    }

    static Answer tooManyConnections(int limit) {
        return new Answer(
                        AnswerCause.LIMIT, "as many connections are open as limits.connections allows (" + limit + ")")
                .closing();
    }

    static Answer gaveWay() {
        return new Answer(
                        AnswerCause.GAVE_WAY,
                        "limits.connections are open, and this connection gave way to another before its request was"
                                + " read")
                .closing();
    }

    static Answer cutAtEnd() {
        return new Answer(AnswerCause.CUT, "cut: the proxy was stopping").closing();
    }

    static Answer internal() {
        return new Answer(AnswerCause.INTERNAL, "a fault of the proxy's own; the log has it under this request id")
                .closing();
    }

    static Answer upstream(UpstreamFault fault) {
        return new Answer(AnswerCause.of(fault.kind()), fault.detail());
    }

    static Answer exchangeTimeout(Duration limit, boolean sent) {
        return sent
                ? new Answer(
                        AnswerCause.RESPONSE_TIMEOUT,
                        "no response head within " + millis(limit) + " (timeouts.request)")
                : new Answer(AnswerCause.LIMIT, "not sent upstream within " + millis(limit) + " (timeouts.request)");
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + " ms";
    }
}
