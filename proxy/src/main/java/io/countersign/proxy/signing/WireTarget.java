package io.countersign.proxy.signing;

/**
 * Path and query in the one form that is both signed and sent, so that no parser in between can read them in two ways.
 *
 * <p>The path goes as it came (what is not legal in it was refused), except to S3, whose form {@link ObjectPath} knows. In the
 * query {@code +} becomes {@code %20}, and every byte that is neither unreserved (RFC 3986 section 2.3) nor a separator is
 * percent-encoded once; escapes that are there already stay, as do order and repetition.
 *
 * @param query without {@code ?}; null when there was no question mark
 */
public record WireTarget(String path, String query) {
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    /**
     * Builds the wire form.
     *
     * @param path of the request, starting with {@code /}
     * @param rawQuery as sent, every {@code %} followed by two hex digits; null for none
     * @param stripPrefix removed from the front of {@code path}; empty for none
     * @param basePath put in its place; without trailing slash
     * @param objectPath whether the path names an S3 object
     */
    public static WireTarget of(String path, String rawQuery, String stripPrefix, String basePath, boolean objectPath) {
        String rest = path;
        if (!stripPrefix.isEmpty() && path.startsWith(stripPrefix)) {
            rest = path.substring(stripPrefix.length());
            if (!rest.startsWith("/")) {
                rest = "/" + rest;
            }
        }
        String whole = basePath.isEmpty() ? rest : basePath + rest;
        return new WireTarget(
                objectPath ? ObjectPath.canonical(whole) : whole, rawQuery == null ? null : query(rawQuery));
    }

    /** The same path with another query. */
    public WireTarget withQuery(String other) {
        return new WireTarget(path, other);
    }

    /** What stands in the request line; with a signature in the query it is as good as a key, so it never prints. */
    public String text() {
        return query == null ? path : path + "?" + query;
    }

    private static String query(String raw) {
        int i = 0;
        boolean inValue = false;
        for (; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '&') {
                inValue = false;
            } else if (c == '=' && !inValue) {
                inValue = true;
            } else if (c != '%' && !isUnreserved(c)) {
                break;
            }
        }
        if (i == raw.length()) {
            return raw;
        }
        StringBuilder out = new StringBuilder(raw.length() + 32).append(raw, 0, i);
        for (; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '&') {
                inValue = false;
                out.append(c);
            } else if (c == '=' && !inValue) {
                inValue = true;
                out.append(c);
            } else if (c == '+') {
                out.append("%20");
            } else if (c == '%' || isUnreserved(c)) {
                out.append(c);
            } else {
                out.append('%').append(HEX[c >> 4 & 15]).append(HEX[c & 15]);
            }
        }
        return out.toString();
    }

    /** RFC 3986 section 2.3. */
    public static boolean isUnreserved(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    @Override
    public String toString() {
        return query == null ? path : path + "?...";
    }
}
