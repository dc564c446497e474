package io.countersign.proxy.testing;

import java.util.List;

/**
 * What a client was answered.
 *
 * @param informational the 1xx heads that came before
 * @param body one Latin-1 character for each byte
 * @param complete whether the body ended the way its framing says; false for one that was cut
 * @param trailers the trailer lines of a chunked body
 */
public record Response(List<Head> informational, Head head, String body, boolean complete, String trailers) {
    public int status() {
        return head.status();
    }

    @Override
    public String toString() {
        return head.text() + body + (complete ? "" : "<cut>");
    }
}
