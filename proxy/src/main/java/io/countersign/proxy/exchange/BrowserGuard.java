package io.countersign.proxy.exchange;

import io.countersign.proxy.config.RouteConfig;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Optional;

/**
 * Turns web pages away: any page that a person has open can send requests to localhost, and would be signed for.
 *
 * <p>Browsers say where a request comes from by Origin (Fetch standard, section 3.1) and Sec-Fetch-Site (Fetch Metadata). A
 * page on another port of localhost is {@code same-site}, so that is refused as well.
 *
 * <p>To a plain http address that is not loopback browsers send no Sec-Fetch fields, so a simple GET of a page passes there; the
 * manual says so. Referer would not tell either: a page decides by itself whether it is sent.
 */
final class BrowserGuard {
    private BrowserGuard() {}

    /**
     * Why the request is refused, or null.
     *
     * @param authority that the request is for
     */
    static String fault(HttpHeaders headers, String authority, Optional<RouteConfig> route) {
        List<String> origins = headers.getAll(HttpHeaderNames.ORIGIN);
        if (origins.isEmpty()) {
            for (String site : headers.getAll("sec-fetch-site")) {
                if (!site.equals("none") && !site.equals("same-origin")) {
                    return "a web page of another site sends this (Sec-Fetch-Site: " + site + ")";
                }
            }
            return null;
        }
        String origin = origins.get(0);
        if (origins.size() == 1 && (isOwn(origin, authority) || allowed(origin, route))) {
            return null;
        }
        return "a web page sends this, and the route does not list its origin under cors";
    }

    /** The answer to a preflight (Fetch standard, section 4.8) of an origin that the route allows. */
    static Optional<FullHttpResponse> preflight(HttpRequest request, RouteConfig route) {
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        String method = askedMethod(request);
        if (method == null || !allowed(origin, Optional.of(route))) {
            return Optional.empty();
        }
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT);
        response.headers().set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, method);
        String fields = request.headers().get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
        if (fields != null) {
            response.headers().set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, fields);
        }
        allowOrigin(origin, response.headers());
        return Optional.of(response);
    }

    /** The method that a preflight asks about; null where the request is none, or asks about several. */
    static String askedMethod(HttpRequest request) {
        if (!request.method().equals(HttpMethod.OPTIONS)) {
            return null;
        }
        List<String> methods = request.headers().getAll(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
        return methods.size() == 1 ? methods.get(0) : null;
    }

    /** Lets the page read a relayed response. */
    static void allowOrigin(HttpHeaders request, RouteConfig route, HttpHeaders response) {
        String origin = request.get(HttpHeaderNames.ORIGIN);
        if (allowed(origin, Optional.of(route))) {
            allowOrigin(origin, response);
        }
    }

    private static void allowOrigin(String origin, HttpHeaders response) {
        response.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response.add(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
    }

    private static boolean allowed(String origin, Optional<RouteConfig> route) {
        return origin != null && route.isPresent() && route.get().corsOrigins().contains(origin);
    }

    /** A page that came through us from the very host and port that it now calls. */
    private static boolean isOwn(String origin, String authority) {
        return origin.equals("http://" + authority);
    }
}
