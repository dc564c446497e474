package io.countersign.sigv4;

import java.nio.charset.StandardCharsets;

/**
 * Writes the canonical query, the third line of the canonical request.
 *
 * <p>Split at {@code &}; names and values strictly encoded, then sorted as encoded; a missing value is an empty one,
 * what is repeated stays repeated. Nothing between two {@code &} is no parameter; {@code =v} is one without a name.
 */
final class CanonicalQuery {
    private final Fields parameters = new Fields(true);

    /** Reads a query as sent, without its {@code ?}; null for none. */
    void read(String query) {
        parameters.clear();
        if (query == null || query.isEmpty()) {
            return;
        }
        byte[] bytes = query.getBytes(StandardCharsets.UTF_8);
        int start = 0;
        while (start < bytes.length) {
            int end = indexOf('&', bytes, start, bytes.length);
            if (end > start) {
                int nameEnd = indexOf('=', bytes, start, end);
                ByteText text = parameters.begin();
                PercentEncoding.recodeQuery(bytes, start, nameEnd, text);
                parameters.separate('=');
                PercentEncoding.recodeQuery(bytes, Math.min(nameEnd + 1, end), end, text);
                parameters.end();
            }
            start = end + 1;
        }
        parameters.sort();
    }

    void write(ByteText to) {
        for (int i = 0; i < parameters.count(); i++) {
            if (i > 0) {
                to.append('&');
            }
            parameters.writePair(i, to);
        }
    }

    /** How often a parameter is there, by its encoded name. */
    int occurrences(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        int found = 0;
        for (int i = 0; i < parameters.count(); i++) {
            if (parameters.isNamed(i, bytes)) {
                found++;
            }
        }
        return found;
    }

    private static int indexOf(char wanted, byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && bytes[at] != wanted) {
            at++;
        }
        return at;
    }
}
