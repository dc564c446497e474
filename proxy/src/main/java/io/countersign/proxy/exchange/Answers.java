package io.countersign.proxy.exchange;

import io.countersign.proxy.access.Rule;
import io.countersign.proxy.rejection.Rejection;
import io.countersign.proxy.upstream.UpstreamFault;
import java.time.Duration;
import java.util.Set;

/**
 * Every answer that we make ourselves.
 *
 * <table>
 * <caption>Cause, status, Proxy-Status error</caption>
 * <tr><td>malformed request, forbidden target</td><td>400, close</td><td>http_request_error</td></tr>
 * <tr><td>denied by rule, browser guard</td><td>403 (or deny-status)</td><td>http_request_denied</td></tr>
 * <tr><td>no route</td><td>404</td><td>http_request_denied</td></tr>
 * <tr><td>method not allowed, CONNECT, TRACE</td><td>405</td><td>http_request_denied</td></tr>
 * <tr><td>head or body too slow</td><td>408, close</td><td>http_request_error</td></tr>
 * <tr><td>body, target, head over its limit</td><td>413, 414, 431</td><td>http_request_error</td></tr>
 * <tr><td>unknown expectation</td><td>417</td><td>http_request_error</td></tr>
 * <tr><td>Host not one of ours</td><td>421</td><td>http_request_denied</td></tr>
 * <tr><td>aws-chunked body where we sign, WebSocket</td><td>501</td><td>http_request_error</td></tr>
 * <tr><td>a request that has been here before</td><td>508</td><td>proxy_loop_detected</td></tr>
 * <tr><td>not HTTP/1.0 or 1.1</td><td>505, close</td><td>http_request_error</td></tr>
 * <tr><td>upstream 429</td><td>503, Retry-After</td><td>destination_unavailable; received-status=429</td></tr>
 * <tr><td>redirect of a request with a body</td><td>502</td><td>destination_unavailable; received-status=30x</td></tr>
 * <tr><td>DNS, connect, TLS, broken response</td><td>502</td><td>what {@link UpstreamFault} says</td></tr>
 * <tr><td>no credentials</td><td>503, Retry-After</td><td>proxy_configuration_error</td></tr>
 * <tr><td>over a budget, waited for it too long, too many connections, draining</td><td>503, Retry-After</td><td>connection_limit_reached</td></tr>
 * <tr><td>body too slow while others wait for what it takes</td><td>503, Retry-After, close</td><td>connection_limit_reached</td></tr>
 * <tr><td>still running at the process's end</td><td>503, Retry-After</td><td>connection_terminated</td></tr>
 * <tr><td>a fault of our own</td><td>503, Retry-After</td><td>proxy_internal_error</td></tr>
 * <tr><td>AWS rejects our signing</td><td>503, Retry-After</td><td>destination_unavailable; received-status=403</td></tr>
 * <tr><td>no connection in time, so nothing sent</td><td>503, Retry-After</td><td>dns_timeout, connection_timeout</td></tr>
 * <tr><td>timeouts after that</td><td>504</td><td>connection_write_timeout, http_response_timeout</td></tr>
 * </table>
 *
 * <p>Never 500: the Collector's OTLP exporter drops data on it. A status below 500 is only given for what the caller did.
 */
public final class Answers {
    private static final String REQUEST_ERROR = "http_request_error";
    private static final String DENIED = "http_request_denied";

    private Answers() {}

    static Answer malformed(String detail) {
        return new Answer(400, REQUEST_ERROR, detail).closing();
    }

    static Answer denied(int status, Rule by) {
        Answer answer = new Answer(status, DENIED, "the caller's address is denied by " + by.source());
        return status >= 500 ? answer.retrying() : answer;
    }

    static Answer browser(String detail) {
        return new Answer(403, DENIED, detail);
    }

    static Answer noRoute(String path) {
        return new Answer(404, DENIED, "no route takes the path " + path);
    }

    static Answer methodNotAllowed(String method, Set<String> allowed) {
        return new Answer(405, DENIED, "the route takes " + String.join(", ", allowed) + ", not " + method)
                .allowing(String.join(", ", allowed));
    }

    static Answer methodRefused(String method) {
        return new Answer(405, DENIED, "the method " + method + " is not forwarded")
                .allowing(RequestHeadCheck.METHODS_TEXT);
    }

    static Answer headTooSlow(Duration limit) {
        return new Answer(408, REQUEST_ERROR, "the request head was not complete within " + millis(limit)).closing();
    }

    static Answer bodyTooSlow(Duration limit, long received) {
        return new Answer(
                        408,
                        REQUEST_ERROR,
                        "no octet of the request body came for " + millis(limit) + ", after " + received + " octets")
                .closing();
    }

    static Answer bodyTooLarge(long limit, long announced) {
        String what =
                announced >= 0 ? "the request body of " + announced + " octets is" : "the chunked request body is";
        return new Answer(413, REQUEST_ERROR, what + " over the limit of " + limit + " octets (limits.body)").closing();
    }

    static Answer wrongHash() {
        return malformed("the request body is not what its x-amz-content-sha256 announces");
    }

    static Answer bodyStalled(String upstream, Duration limit, long received) {
        return new Answer(
                        504,
                        "connection_write_timeout",
                        upstream + " took nothing of the request body for " + millis(limit) + ", after " + received
                                + " octets had come")
                .closing();
    }

    static Answer targetTooLong(int limit) {
        return new Answer(414, REQUEST_ERROR, "the request target is longer than " + limit + " octets").closing();
    }

    static Answer headTooLarge(String detail) {
        return new Answer(431, REQUEST_ERROR, detail).closing();
    }

    static Answer tooManyFields(int limit) {
        return headTooLarge("the request has over " + limit + " fields");
    }

    static Answer signedHeadTooLarge(int limit, int size) {
        return new Answer(
                431,
                REQUEST_ERROR,
                "request line and fields come to " + size + " octets with the signature, the service takes " + limit);
    }

    static Answer expectation(String value) {
        return new Answer(417, REQUEST_ERROR, "the expectation " + value + " is not known; 100-continue is").closing();
    }

    static Answer awsChunked() {
        return new Answer(
                501,
                REQUEST_ERROR,
                "the body is framed as aws-chunked, which cannot be signed anew; let the client send it plain: for the AWS CLI"
                        + " and SDKs set request_checksum_calculation = when_required (in the environment"
                        + " AWS_REQUEST_CHECKSUM_CALCULATION), and where the SDK has it, switch chunked encoding off");
    }

    static Answer webSocket() {
        return new Answer(501, REQUEST_ERROR, "WebSockets are not carried; connect to the upstream without the proxy");
    }

    static Answer loop() {
        return new Answer(
                508,
                "proxy_loop_detected",
                "this request has passed this proxy before (Via); the upstream of a route leads back to it");
    }

    static Answer misdirected(String host) {
        return new Answer(421, DENIED, "Host " + host + " is not among access.hosts");
    }

    static Answer version(String detail) {
        return new Answer(505, REQUEST_ERROR, detail).closing();
    }

    static Answer throttled() {
        return new Answer(503, "destination_unavailable", "the upstream throttles (429)")
                .standingFor(429)
                .retrying();
    }

    static Answer redirected(int status) {
        return new Answer(
                        502, "destination_unavailable", "the upstream redirects this request, which is never followed")
                .standingFor(status);
    }

    static Answer rejected(Rejection rejection, int status) {
        String type = rejection.errorType().isEmpty() ? rejection.cause().label() : rejection.errorType();
        return new Answer(503, "destination_unavailable", "AWS rejects the signed request: " + type)
                .standingFor(status)
                .retrying();
    }

    static Answer noCredentials(String name) {
        return new Answer(503, "proxy_configuration_error", "no usable credentials '" + name + "'; the log says why")
                .retrying();
    }

    static Answer overBudget(String what, long limit) {
        return new Answer(503, "connection_limit_reached", "no room for " + what + " within the limit of " + limit)
                .retrying();
    }

    static Answer waitedTooLong(String what, Duration limit) {
        return new Answer(
                        503,
                        "connection_limit_reached",
                        "the request waited " + millis(limit) + " for " + what + " in vain")
                .retrying();
    }

    static Answer tooManyWait(String what) {
        return new Answer(503, "connection_limit_reached", "too many requests wait for " + what + " already")
                .retrying();
    }

    static Answer tooManyLast() {
        return new Answer(
                        503,
                        "connection_limit_reached",
                        "a quarter as many event streams as limits.in-flight run already")
                .retrying();
    }

    static Answer gaveWay(String what, long received) {
        return new Answer(
                        503,
                        "connection_limit_reached",
                        "the request body came too slowly while others waited for " + what + ", after " + received
                                + " bytes")
                .closing()
                .retrying();
    }

    static Answer draining() {
        return new Answer(503, "connection_limit_reached", "the proxy is shutting down")
                .closing()
                .retrying();
    }

    static Answer tooManyConnections(int limit) {
        return new Answer(
                        503,
                        "connection_limit_reached",
                        "as many connections are open as limits.connections allows (" + limit + ")")
                .closing()
                .retrying();
    }

    static Answer gaveWay() {
        return new Answer(
                        503,
                        "connection_limit_reached",
                        "limits.connections are open, and this connection gave way to another before its request was"
                                + " read")
                .closing()
                .retrying();
    }

    static Answer cutAtEnd() {
        return new Answer(503, "connection_terminated", "cut: the proxy was stopping")
                .closing()
                .retrying();
    }

    static Answer internal() {
        return new Answer(
                        503, "proxy_internal_error", "a fault of the proxy's own; the log has it under this request id")
                .closing()
                .retrying();
    }

    static Answer upstream(UpstreamFault fault) {
        Answer answer = new Answer(fault.kind().status(), fault.kind().token(), fault.detail());
        return fault.kind().status() == 503 ? answer.retrying() : answer;
    }

    static Answer exchangeTimeout(Duration limit, boolean sent) {
        return sent
                ? new Answer(
                        504,
                        "http_response_timeout",
                        "no response head within " + millis(limit) + " (timeouts.request)")
                : new Answer(
                                503,
                                "connection_limit_reached",
                                "not sent upstream within " + millis(limit) + " (timeouts.request)")
                        .retrying();
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + " ms";
    }
}
