package io.countersign.proxy.local;

import io.countersign.proxy.upstream.UpstreamFault;
import java.util.Locale;

/**
 * Why a request gets a response of our own, or one that stands for the upstream's: the one table of causes and statuses.
 * docs/ANSWERS.md shows the same, and a test holds the two together.
 *
 * <p>Where data is kept, whatever is not the caller's doing is 503 with Retry-After. One status, since agents differ on the
 * others: loki4j gives up on 502 and 504, Prometheus drops on 408, the Collector on 500. Proxy-Status names the true cause.
 */
public enum LocalCause {
    // The caller's doing: the same for everyone.
    MALFORMED("malformed request, framing fault, forbidden target", 400, "http_request_error"),
    DENIED(
            "a deny entry names the caller, or a policy denies the request (`access.deny-status`)",
            403,
            "http_request_denied"),
    BROWSER("a web page of another origin", 403, "http_request_denied"),
    NOT_LISTED(
            "the service, region or bucket is none that the route lists, or its scope is missing (`service = from-scope`, `buckets`)",
            403,
            "http_request_denied"),
    METHOD("method that the route does not take, CONNECT, TRACE", 405, "http_request_denied"),
    TOO_SLOW("head or body too slow", 408, "http_request_error"),
    GONE("a retired route, from `retire.final` on", 410, "http_request_denied"),
    BODY_TOO_LARGE("body over its limit", 413, "http_request_error"),
    TARGET_TOO_LONG("target over its limit", 414, "http_request_error"),
    EXPECTATION("another expectation than 100-continue", 417, "http_request_error"),
    HEAD_TOO_LARGE("head over its limit, or over the service's once signed", 431, "http_request_error"),
    UNSUPPORTED(
            "aws-chunked body or stream of events that can't be signed, WebSocket on a route without `websocket`,"
                    + " AppSync's WebSocket",
            501,
            "http_request_error"),
    VERSION("another version than HTTP/1.0 and 1.1", 505, "http_request_error"),

    // An operator's slip.
    UNLISTED(
            "the caller is on no allow list, no policy allows the request, or it fits no tenant"
                    + " (`access.unlisted-status`)",
            403,
            503,
            "http_request_denied"),
    NOT_APPROVED(
            "the caller has to be approved (`routes.NAME.approval`, `access.unlisted = ask`)",
            403,
            503,
            "http_request_denied"),
    TENANT_UNCLEAR("the request fits more than one tenant", 403, 503, "http_request_denied"),
    CALLER_UNCLEAR(
            "a proxy in `access.trusted-proxies` doesn't say clearly who calls (`X-Forwarded-For`, `Forwarded`)",
            400,
            503,
            "http_request_error"),
    TOKEN("a token of a caller that is unknown, has ended or does not count", 401, 503, "http_request_denied"),
    NO_ROUTE("no route", 404, 503, "http_request_denied"),
    MISDIRECTED("`Host` is not one of ours", 421, 503, "http_request_denied"),
    LOOP("the request has been here before", 508, 503, "proxy_loop_detected"),

    // The life of a route.
    BROWNOUT("a brownout of a deprecated route", 503, "http_request_denied"),
    RETIRED("a retired route, until `retire.final`", 503, "http_request_denied"),

    // Ours.
    NO_CREDENTIALS("no usable credentials", 503, "proxy_configuration_error"),
    TOKEN_UNCHECKED("a token of a caller that can't be checked at the moment", 503, "proxy_internal_error"),
    QUOTA(
            "a tenant over its rate, its requests in flight, its memory for bodies, or its bytes of the day",
            429,
            503,
            "http_request_denied"),
    LIMIT("over a limit of ours, or waited for it too long", 503, "connection_limit_reached"),
    GAVE_WAY("body too slow while others wait for what it takes", 503, "connection_limit_reached"),
    DRAINING("the proxy is stopping", 503, "connection_limit_reached"),
    CUT("still running at the process's end", 503, "connection_terminated"),
    INTERNAL("a fault of our own", 503, "proxy_internal_error"),

    // The way to the upstream.
    DNS_ERROR("the upstream's name is not known", 502, 503, "dns_error"),
    DNS_TIMEOUT("the name server is late", 503, "dns_timeout"),
    IP_PROHIBITED("the name leads to a forbidden address", 502, 503, "destination_ip_prohibited"),
    EGRESS_LOGIN("the egress proxy demands a login, or rejects it (407)", 502, 503, "proxy_configuration_error"),
    EGRESS_REFUSED("the egress proxy opens no tunnel to the upstream", 502, 503, "destination_unavailable"),
    CONNECTION_REFUSED("the upstream refuses the connection", 502, 503, "connection_refused"),
    CONNECTION_TIMEOUT("no connection in time, so nothing was sent", 503, "connection_timeout"),
    NO_UPSTREAM("all upstreams of the route have failed lately (`failover`)", 503, "destination_unavailable"),
    CONNECTION_LIMIT("no room for another connection", 503, "connection_limit_reached"),
    CONNECTION_TERMINATED("the upstream closes before its response", 502, 503, "connection_terminated"),
    TLS_CERTIFICATE("the upstream's certificate is not trusted", 502, 503, "tls_certificate_error"),
    TLS_PROTOCOL("no TLS with the upstream", 502, 503, "tls_protocol_error"),
    HTTP_PROTOCOL("a response that is not HTTP/1.1", 502, 503, "http_protocol_error"),
    UPGRADE("a 101 that doesn't accept the WebSocket asked for", 502, 503, "http_upgrade_failed"),
    RESPONSE_HEAD_SIZE("a response's head over its limit", 502, 503, "http_response_header_section_size"),
    RESPONSE_INCOMPLETE("a response that ends too soon", 502, 503, "http_response_incomplete"),
    WRITE_TIMEOUT("the upstream takes nothing of the body", 504, 503, "connection_write_timeout"),
    RESPONSE_TIMEOUT("no response in time", 504, 503, "http_response_timeout"),

    // The upstream's answer.
    THROTTLED("throttling, whatever its status", LocalCause.AS_IT_IS, 503, "destination_unavailable"),
    UNAVAILABLE("the upstream's 408, 425, 502, 503, 504", LocalCause.AS_IT_IS, 503, "destination_unavailable"),
    REDIRECTED("301, 302, 307, 308", LocalCause.AS_IT_IS, 503, "destination_unavailable"),
    SERVICE_FAULT(
            "a 500 of AWS's own: its error type, or the gateway's bare message",
            LocalCause.AS_IT_IS,
            503,
            "destination_unavailable"),
    OVER_LIMIT(
            "a limit that waiting doesn't lift (503 for `hold-at-most`, then as it is)",
            LocalCause.AS_IT_IS,
            503,
            "destination_unavailable"),
    REJECTED(
            "AWS rejects signature, token, key, clock or permission; API key, WAF, endpoint policy",
            LocalCause.AS_IT_IS,
            503,
            "destination_unavailable");

    /** In the place of a status: the upstream's own response is passed on. */
    public static final int AS_IT_IS = 0;

    private final String label;
    private final String what;
    private final int elsewhere;
    private final int kept;
    private final String token;

    LocalCause(String what, int always, String token) {
        this(what, always, always, token);
    }

    LocalCause(String what, int elsewhere, int kept, String token) {
        this.label = name().toLowerCase(Locale.ROOT);
        this.what = what;
        this.elsewhere = elsewhere;
        this.kept = kept;
        this.token = token;
    }

    /** As in logs and metrics. */
    public String label() {
        return label;
    }

    /** Whether it is about a route's way to its upstream, and not this process's own end or fault, or one tenant's limit. */
    public boolean isTrouble() {
        return switch (this) {
            case DRAINING, CUT, INTERNAL, QUOTA -> false;
            default -> true;
        };
    }

    /** In words, for the table. */
    public String what() {
        return what;
    }

    /** The status where data is not to be kept: for reads, and on routes that relay; {@link #AS_IT_IS}: the upstream's. */
    public int elsewhere() {
        return elsewhere;
    }

    /** The status for a write whose data is to be kept. */
    public int kept() {
        return kept;
    }

    /** The error of Proxy-Status (RFC 9209 section 2.3). */
    public String token() {
        return token;
    }

    static LocalCause of(UpstreamFault.Kind kind) {
        return switch (kind) {
            case DNS_ERROR -> DNS_ERROR;
            case DNS_TIMEOUT -> DNS_TIMEOUT;
            case IP_PROHIBITED -> IP_PROHIBITED;
            case EGRESS_LOGIN -> EGRESS_LOGIN;
            case EGRESS_REFUSED -> EGRESS_REFUSED;
            case CONNECTION_REFUSED -> CONNECTION_REFUSED;
            case CONNECTION_TIMEOUT -> CONNECTION_TIMEOUT;
            case CONNECTION_LIMIT -> CONNECTION_LIMIT;
            case CONNECTION_TERMINATED -> CONNECTION_TERMINATED;
            case TLS_CERTIFICATE -> TLS_CERTIFICATE;
            case TLS_PROTOCOL -> TLS_PROTOCOL;
            case HTTP_PROTOCOL -> HTTP_PROTOCOL;
            case UPGRADE -> UPGRADE;
            case RESPONSE_HEAD_SIZE -> RESPONSE_HEAD_SIZE;
            case RESPONSE_INCOMPLETE -> RESPONSE_INCOMPLETE;
            case RESPONSE_TIMEOUT -> RESPONSE_TIMEOUT;
        };
    }
}
