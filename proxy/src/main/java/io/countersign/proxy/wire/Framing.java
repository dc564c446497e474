package io.countersign.proxy.wire;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;

/** How a message's body ends (RFC 9112 section 6). */
sealed interface Framing {
    /** That many bytes; none is a length of 0. */
    record Length(long bytes) implements Framing {}

    record Chunked() implements Framing {}

    /** Neither said: a request has no body then, a response one that the connection's end ends. */
    record Unsaid() implements Framing {}

    /** What the fields say, refusing whatever two parsers may read in two ways. */
    static Framing of(HttpMessage message) throws DecodeFault {
        HttpHeaders fields = message.headers();
        List<String> coding = fields.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        List<String> length = fields.getAll(HttpHeaderNames.CONTENT_LENGTH);
        if (!coding.isEmpty()) {
            if (message.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
                // RFC 9112 section 6.1: its framing is to be taken for faulty, whatever it says.
                throw DecodeFault.malformed("HTTP/1.0 has no Transfer-Encoding");
            }
            if (!length.isEmpty()) {
                throw DecodeFault.malformed("Transfer-Encoding and Content-Length do not go together");
            }
            if (coding.size() > 1 || !coding.get(0).equalsIgnoreCase("chunked")) {
                throw DecodeFault.malformed("the only Transfer-Encoding taken is one field with the value chunked");
            }
            return new Chunked();
        }
        if (length.isEmpty()) {
            return new Unsaid();
        }
        if (length.size() > 1) {
            throw DecodeFault.malformed("Content-Length stands there " + length.size() + " times");
        }
        return new Length(length(length.get(0)));
    }

    private static long length(String value) throws DecodeFault {
        boolean good = !value.isEmpty() && value.length() <= 18;
        for (int i = 0; good && i < value.length(); i++) {
            good = value.charAt(i) >= '0' && value.charAt(i) <= '9';
        }
        if (!good) {
            throw DecodeFault.malformed("Content-Length is not a number of 1 to 18 digits");
        }
        return Long.parseLong(value);
    }
}
