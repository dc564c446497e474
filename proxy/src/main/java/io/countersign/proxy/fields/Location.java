package io.countersign.proxy.fields;

import io.countersign.proxy.route.Route;
import io.countersign.proxy.upstream.UpstreamConfig;

/**
 * Points a redirect that names the upstream back at us, so that the next request is signed again.
 *
 * <p>A path must stay one: what begins with two slashes names another host to every client, and so do backslashes, and slashes
 * with a tab between them, to browsers (URL standard, section 4.4).
 */
public final class Location {
    private Location() {}

    /** The value for the client: a path of ours where {@code value} leads into the upstream's base path, else unchanged. */
    public static String toClient(String value, Route route) {
        return toClient(
                value,
                route.config().upstream(),
                route.config().rewrite().stripPrefix().orElse(""));
    }

    static String toClient(String value, UpstreamConfig upstream, String stripped) {
        String base = upstream.basePath();
        String path = path(value, upstream);
        if (path == null || !isPlain(path) || !isWithin(path, base)) {
            return value;
        }
        String prefix = stripped.endsWith("/") ? stripped.substring(0, stripped.length() - 1) : stripped;
        String back = prefix + path.substring(base.length());
        if (back.startsWith("//")) {
            // The same path (RFC 3986 section 5.2.4), in a spelling that cannot be taken for a host.
            return "/." + back;
        }
        return back.startsWith("/") ? back : "/" + back;
    }

    /** The path on the upstream, with query and fragment; null where the value leads elsewhere. */
    private static String path(String value, UpstreamConfig upstream) {
        if (value.startsWith("/") && !value.startsWith("//")) {
            return value;
        }
        String scheme = upstream.tls() ? "https:" : "http:";
        boolean absolute = value.regionMatches(true, 0, scheme, 0, scheme.length());
        int from = absolute ? scheme.length() : 0;
        if (!value.startsWith("//", from)) {
            return null;
        }
        // It may know itself by the Host that it is sent, or by the name at which it is found.
        for (String authority : new String[] {upstream.authority(), upstream.urlAuthority()}) {
            if (value.regionMatches(true, from + 2, authority, 0, authority.length())) {
                String path = value.substring(from + 2 + authority.length());
                if (path.isEmpty() || "/?#".indexOf(path.charAt(0)) >= 0) {
                    return path;
                }
            }
        }
        return null;
    }

    private static boolean isWithin(String path, String base) {
        return path.startsWith(base)
                && (path.length() == base.length() || "/?#".indexOf(path.charAt(base.length())) >= 0);
    }

    /** Whether every client takes its slashes, and nothing else, for slashes. */
    private static boolean isPlain(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '\\' || c < 0x20 || c == 0x7f) {
                return false;
            }
        }
        return true;
    }
}
