package io.countersign.proxy.relay;

import io.countersign.proxy.route.Route;

/** Points a redirect that names the upstream back at us, so that the next request is signed again. */
public final class Location {
    private Location() {}

    /** The value for the client: a path of ours where {@code value} leads into the upstream's base path, else unchanged. */
    public static String toClient(String value, Route route) {
        String authority = route.config().upstream().authority();
        String own = (route.config().upstream().tls() ? "https://" : "http://") + authority;
        String path;
        if (value.regionMatches(true, 0, own, 0, own.length())) {
            path = value.substring(own.length());
        } else if (value.startsWith("/") && !value.startsWith("//")) {
            path = value;
        } else {
            return value;
        }
        if (!path.isEmpty() && !path.startsWith("/") && !path.startsWith("?")) {
            return value;
        }
        String base = route.config().upstream().basePath();
        if (!path.equals(base) && !path.startsWith(base + "/") && !path.startsWith(base + "?")) {
            return value;
        }
        String rest = path.substring(base.length());
        String prefix = route.config().stripPrefix().orElse("");
        if (prefix.endsWith("/")) {
            prefix = prefix.substring(0, prefix.length() - 1);
        }
        String back = prefix + rest;
        return back.isEmpty() || back.startsWith("?") ? "/" + back : back;
    }
}
