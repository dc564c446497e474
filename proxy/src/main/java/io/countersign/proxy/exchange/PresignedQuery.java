package io.countersign.proxy.exchange;

import java.util.Locale;
import java.util.Set;

/** Knows a presigned URL by its parameters (AWS: Authenticating Requests, Using Query Parameters). */
final class PresignedQuery {
    private static final Set<String> NAMES = Set.of(
            "x-amz-signature",
            "x-amz-algorithm",
            "x-amz-credential",
            "x-amz-signedheaders",
            "x-amz-date",
            "x-amz-expires",
            "x-amz-security-token");

    private PresignedQuery() {}

    /** Whether the target's query carries a part of a signature, in any case and with its dashes escaped or not. */
    static boolean isIn(String target) {
        int query = target.indexOf('?');
        if (query < 0) {
            return false;
        }
        for (int from = query + 1; from > 0; from = target.indexOf('&', from) + 1) {
            char first = from < target.length() ? target.charAt(from) : ' ';
            if ((first == 'X' || first == 'x' || first == '%') && NAMES.contains(name(target, from))) {
                return true;
            }
        }
        return false;
    }

    private static String name(String target, int from) {
        int end = from;
        while (end < target.length() && target.charAt(end) != '=' && target.charAt(end) != '&') {
            end++;
        }
        StringBuilder name = new StringBuilder(end - from);
        for (int i = from; i < end; i++) {
            char c = target.charAt(i);
            if (c == '%') {
                // The target has been checked: two hex digits follow.
                c = (char) Integer.parseInt(target.substring(i + 1, i + 3), 16);
                i += 2;
            }
            name.append(c);
        }
        return name.toString().toLowerCase(Locale.ROOT);
    }
}
