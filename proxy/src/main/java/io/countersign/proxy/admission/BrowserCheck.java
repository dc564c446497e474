package io.countersign.proxy.admission;

import io.countersign.proxy.fields.CrossOrigin;
import io.countersign.proxy.route.CorsConfig;
import io.countersign.proxy.route.RouteConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Optional;

/**
 * Turns web pages away: any page that a person has open can send requests to localhost, and would be signed for.
 *
 * <p>Browsers say where a request comes from by Origin (Fetch standard, section 3.1) and Sec-Fetch-Site (Fetch Metadata). A
 * page on another port of localhost is {@code same-site}, so that is refused as well.
 *
 * <p>To a plain http address that is not loopback browsers send no Sec-Fetch fields, so a simple GET of a page passes there; the
 * manual says so. Referer would not help either: a page decides by itself whether it is sent.
 */
final class BrowserCheck {
    private BrowserCheck() {}

    /**
     * Why the request is refused.
     *
     * @param authority that the request is for
     */
    static Optional<String> fault(HttpHeaders headers, String authority, Optional<RouteConfig> route) {
        List<String> origins = headers.getAll(HttpHeaderNames.ORIGIN);
        if (origins.isEmpty()) {
            for (String site : headers.getAll("sec-fetch-site")) {
                if (!site.equals("none") && !site.equals("same-origin")) {
                    return Optional.of("a web page of another site sends this (Sec-Fetch-Site: " + site + ")");
                }
            }
            return Optional.empty();
        }
        String origin = origins.get(0);
        boolean listed = route.isPresent() && route.get().conditions().cors().allows(origin);
        return origins.size() == 1 && (isOwn(origin, authority) || listed)
                ? Optional.empty()
                : Optional.of("a web page sends this, and the route does not list its origin under cors");
    }

    /** The preflight that the request is, where its origin is one that the route allows. */
    static Optional<Preflight> preflight(Findings findings, Head head, RouteConfig route) {
        Optional<String> method = askedMethod(head);
        Optional<CrossOrigin> page = method.isEmpty() ? Optional.empty() : page(head.fields(), route);
        return page.map(from -> new Preflight(
                findings,
                from,
                method.get(),
                Optional.ofNullable(head.fields().get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS))));
    }

    /** Whether it may be a preflight, before any more is made of it. */
    static boolean isPreflight(Head head) {
        return head.method().equals("OPTIONS");
    }

    /** The method that a preflight asks about; empty where the request is none, or asks about several. */
    static Optional<String> askedMethod(Head head) {
        if (!isPreflight(head)) {
            return Optional.empty();
        }
        List<String> methods = head.fields().getAll(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
        return methods.size() == 1 ? Optional.of(methods.get(0)) : Optional.empty();
    }

    /** The web page that sends the request, if the route lets it read the response. */
    static Optional<CrossOrigin> page(HttpHeaders request, RouteConfig route) {
        CorsConfig cors = route.conditions().cors();
        String origin = request.get(HttpHeaderNames.ORIGIN);
        return origin != null && cors.allows(origin) ? Optional.of(new CrossOrigin(origin, cors)) : Optional.empty();
    }

    /** A page that came through us from the very host and port that it now calls. */
    private static boolean isOwn(String origin, String authority) {
        return origin.equals("http://" + authority);
    }
}
