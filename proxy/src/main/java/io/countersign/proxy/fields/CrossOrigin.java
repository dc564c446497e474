package io.countersign.proxy.fields;

import io.countersign.proxy.route.CorsConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;

/**
 * A web page of another origin that a route lets call, and the fields by which responses say so (Fetch standard, section 3.2).
 *
 * @param origin as the browser wrote it
 */
public record CrossOrigin(String origin, CorsConfig cors) {

    /** Lets the page read a response. What the upstream says about origins of its own is replaced: it knows only us. */
    public void allow(HttpHeaders response) {
        response.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response.add(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
        if (cors.credentials()) {
            response.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        } else {
            response.remove(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS);
        }
        if (!cors.exposed().isEmpty()) {
            response.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, String.join(", ", cors.exposed()));
        }
    }

    /**
     * Lets no page read a response, whatever the upstream says: a browser may keep it, and show it to a page that the route does not list.
     *
     * @param others whether there are pages that may; one of them must not get this response out of a cache
     */
    public static void allowNone(HttpHeaders response, boolean others) {
        response.remove(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN);
        if (others) {
            response.add(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
        }
    }

    /**
     * Answers a preflight with yes (section 4.8).
     *
     * @param method of the request that is to follow
     * @param asked the fields that it is to carry, as the browser listed them
     */
    public void allow(String method, Optional<String> asked, HttpHeaders response) {
        response.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, method);
        Optional<String> allowed = cors.headers().isEmpty() ? asked : Optional.of(String.join(", ", cors.headers()));
        allowed.ifPresent(names -> response.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, names));
        response.set(
                HttpHeaderNames.ACCESS_CONTROL_MAX_AGE,
                Long.toString(cors.maxAge().toSeconds()));
        allow(response);
        response.remove(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS);
    }
}
