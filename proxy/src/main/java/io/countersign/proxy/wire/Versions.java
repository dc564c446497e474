package io.countersign.proxy.wire;

import io.netty.handler.codec.http.HttpVersion;

/** The HTTP versions that are spoken here. */
final class Versions {
    private Versions() {}

    /** That of {@code line} from {@code from} up to {@code to}. */
    static HttpVersion of(String line, int from, int to) throws DecodeFault {
        return to - from == 8 && line.startsWith("HTTP/1.1", from)
                ? HttpVersion.HTTP_1_1
                : of(line.substring(from, to));
    }

    /** RFC 9112 section 2.3: {@code HTTP/} and two digits with a point between; the letters as they are. */
    private static HttpVersion of(String text) throws DecodeFault {
        if (text.equals("HTTP/1.0")) {
            return HttpVersion.HTTP_1_0;
        }
        boolean wellFormed = text.length() == 8
                && text.startsWith("HTTP/")
                && Character.digit(text.charAt(5), 10) >= 0
                && text.charAt(6) == '.'
                && Character.digit(text.charAt(7), 10) >= 0;
        if (wellFormed) {
            throw new DecodeFault(DecodeFault.Kind.VERSION, "HTTP/1.1 and HTTP/1.0 are spoken here, not " + text);
        }
        throw DecodeFault.malformed("the version is not HTTP/ and two digits");
    }
}
