package io.countersign.proxy.route;

import io.countersign.proxy.signing.WireTarget;

/** Undoes needless percent-escapes, so that {@code /%61pi} cannot walk around a rule for {@code /api}. */
public final class UnreservedEscapes {
    private UnreservedEscapes() {}

    /** The path with escapes of unreserved characters (RFC 3986 section 2.3) decoded; other escapes stay. */
    public static String decode(String path) {
        int percent = path.indexOf('%');
        if (percent < 0) {
            return path;
        }
        StringBuilder out = new StringBuilder(path.length()).append(path, 0, percent);
        int i = percent;
        while (i < path.length()) {
            char c = path.charAt(i);
            if (c == '%' && i + 2 < path.length()) {
                int value = Character.digit(path.charAt(i + 1), 16) * 16 + Character.digit(path.charAt(i + 2), 16);
                if (WireTarget.isUnreserved(value)) {
                    out.append((char) value);
                    i += 3;
                    continue;
                }
            }
            out.append(c);
            i++;
        }
        return out.toString();
    }
}
