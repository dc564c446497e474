package io.countersign.proxy.admission;

import io.countersign.proxy.fields.Target;
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
            "x-amz-security-token",
            "x-amz-region-set",
            "x-amz-s3session-token");

    private PresignedQuery() {}

    /** Whether the target's query carries a part of a signature, in any case and with its dashes escaped or not. */
    static boolean isIn(Target target) {
        return names(target, NAMES);
    }

    /** Whether the target's query has one of these parameters, which begin with an X, in any case and with escapes or without. */
    static boolean names(Target target, Set<String> names) {
        return target.query().filter(query -> names(query, names)).isPresent();
    }

    private static boolean names(String query, Set<String> names) {
        int from = 0;
        do {
            char first = from < query.length() ? query.charAt(from) : ' ';
            if ((first == 'X' || first == 'x' || first == '%') && names.contains(name(query, from))) {
                return true;
            }
            from = query.indexOf('&', from) + 1;
        } while (from > 0);
        return false;
    }

    private static String name(String query, int from) {
        int end = from;
        while (end < query.length() && query.charAt(end) != '=' && query.charAt(end) != '&') {
            end++;
        }
        StringBuilder name = new StringBuilder(end - from);
        for (int i = from; i < end; i++) {
            char c = query.charAt(i);
            if (c == '%') {
                // The target has been checked: two hex digits follow.
                c = (char) Integer.parseInt(query.substring(i + 1, i + 3), 16);
                i += 2;
            }
            name.append(c);
        }
        return name.toString().toLowerCase(Locale.ROOT);
    }
}
