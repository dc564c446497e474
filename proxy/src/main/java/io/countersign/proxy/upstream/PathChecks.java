package io.countersign.proxy.upstream;

import java.util.regex.Pattern;

/** What is wrong with a path that an operator wrote: requests with such a path are refused, so it would never match. */
public final class PathChecks {
    /** RFC 3986 section 3.3. */
    private static final Pattern LEGAL = Pattern.compile("(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*");

    private static final Pattern DOT_SEGMENT = Pattern.compile("(?i)(?:^|.*/)(?:\\.|%2e){1,2}(?:;[^/]*)?(?:/.*|$)");
    private static final Pattern BAD_ESCAPE = Pattern.compile("(?i).*%(?:00|5c).*");

    private PathChecks() {}

    /** Null when nothing is; else what, and the remedy, to follow the path in a sentence. */
    public static String fault(String path) {
        if (!LEGAL.matcher(path).matches()) {
            return "holds what no path may; percent-encode it, such as %20 for a space, two hexadecimal digits after each %";
        }
        if (DOT_SEGMENT.matcher(path).matches()) {
            return "has a dot segment; write the path that is meant";
        }
        if (BAD_ESCAPE.matcher(path).matches()) {
            return "has an escaped NUL or backslash; take it out";
        }
        return path.contains("//") ? "has an empty segment; write one slash" : null;
    }
}
