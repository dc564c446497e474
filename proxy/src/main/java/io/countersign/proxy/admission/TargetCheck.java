package io.countersign.proxy.admission;

import java.util.Locale;
import java.util.Optional;

/**
 * Whether a request target in origin form (RFC 9112 section 3.2.1) is one that every parser after us reads alike.
 *
 * <p>Refused: what RFC 3986 does not allow in a path, escapes that are malformed or hide NUL, dot segments in any spelling, and
 * backslashes. The query is taken more widely, since agents write {@code match[]} and people UTF-8 as it is; it is encoded before
 * signing. A path is not, for nobody knows whether the service behind would take a bracket and its escape for the same.
 */
final class TargetCheck {
    private TargetCheck() {}

    /** What is wrong with the target. */
    static Optional<String> fault(String target) {
        int queryAt = -1;
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= 0x20 || c == 0x7f) {
                return Optional.of("the target holds a control character at " + i + "; percent-encode it");
            }
            if (c == '#') {
                return Optional.of("the target holds a fragment, which is never sent to a server");
            }
            if (c == '?' && queryAt < 0) {
                queryAt = i;
            } else if (c == '\\' && queryAt < 0) {
                return Optional.of("the path holds a backslash");
            } else if (c == '%') {
                int octet = escape(target, i);
                if (octet < 0) {
                    return Optional.of("the % at " + i + " of the target is not followed by two hex digits");
                }
                if (octet == 0 || (octet == '\\' && queryAt < 0)) {
                    return Optional.of("the target holds the escape " + target.substring(i, i + 3));
                }
            } else if (queryAt < 0 && (c >= 0x80 || "\"<>[]^`{|}".indexOf(c) >= 0)) {
                String hex = Integer.toHexString(c).toUpperCase(Locale.ROOT);
                return Optional.of("the path holds " + (c < 0x80 ? String.valueOf(c) : "the byte 0x" + hex)
                        + ", which must be written %" + hex);
            }
        }
        return dotSegment(queryAt < 0 ? target : target.substring(0, queryAt))
                ? Optional.of("the path holds a dot segment")
                : Optional.empty();
    }

    /** Whether a segment is {@code .} or {@code ..}, escaped or not, with or without parameters after a semicolon. */
    private static boolean dotSegment(String path) {
        if (path.indexOf('.') < 0 && path.indexOf('%') < 0) {
            return false;
        }
        int i = 0;
        while (i < path.length()) {
            int dots = 0;
            int j = i + 1;
            while (j < path.length() && dots >= 0 && path.charAt(j) != '/' && path.charAt(j) != ';') {
                if (path.charAt(j) == '.') {
                    dots++;
                    j++;
                } else if (path.charAt(j) == '%' && escape(path, j) == '.') {
                    dots++;
                    j += 3;
                } else if (path.charAt(j) == '%' && (escape(path, j) == '/' || escape(path, j) == ';')) {
                    break;
                } else {
                    dots = -1;
                }
            }
            if (dots == 1 || dots == 2) {
                return true;
            }
            int next = nextSegment(path, i + 1);
            i = next < 0 ? path.length() : next;
        }
        return false;
    }

    /** Where the next segment's slash is, {@code %2F} counted as one as some servers do; the index of its last octet. */
    private static int nextSegment(String path, int from) {
        for (int i = from; i < path.length(); i++) {
            if (path.charAt(i) == '/') {
                return i;
            }
            if (path.charAt(i) == '%' && escape(path, i) == '/') {
                return i + 2;
            }
        }
        return -1;
    }

    private static int escape(String text, int at) {
        if (at + 2 >= text.length()) {
            return -1;
        }
        int high = Character.digit(text.charAt(at + 1), 16);
        int low = Character.digit(text.charAt(at + 2), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }
}
