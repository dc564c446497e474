package io.countersign.standin.wire;

import java.util.List;
import java.util.Optional;

/**
 * Request line and header lines as they came, in their order, with the framing that they declare.
 *
 * @param target the raw target, always in origin form
 * @param minorVersion 0 or 1, of HTTP/1.x
 * @param contentLength declared length of the body, 0 without one; meaningless when chunked
 * @param raw the bytes of the head as ISO-8859-1 characters, with the empty line that ends it
 */
public record RequestHead(
        String method,
        String target,
        int minorVersion,
        List<HeaderLine> headers,
        long contentLength,
        boolean chunked,
        String raw) {

    /** The target up to the first question mark. */
    public String path() {
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
    }

    /** The target after the first question mark; empty where there is none. */
    public String query() {
        int mark = target.indexOf('?');
        return mark < 0 ? "" : target.substring(mark + 1);
    }

    public List<String> all(String name) {
        return headers.stream()
                .filter(line -> line.is(name))
                .map(HeaderLine::value)
                .toList();
    }

    public Optional<String> first(String name) {
        for (HeaderLine line : headers) {
            if (line.is(name)) {
                return Optional.of(line.value());
            }
        }
        return Optional.empty();
    }

    /** Whether the client leaves the connection open after the answer (RFC 9112 section 9.3). */
    public boolean keepsAlive() {
        boolean close = all("connection").stream()
                .flatMap(value -> List.of(value.split(",")).stream())
                .anyMatch(option -> option.trim().equalsIgnoreCase("close"));
        return minorVersion == 1 && !close;
    }
}
