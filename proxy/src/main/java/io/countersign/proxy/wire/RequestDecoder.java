package io.countersign.proxy.wire;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;

/** Requests as clients send them. */
public final class RequestDecoder extends MessageDecoder {
    public RequestDecoder(Limits limits) {
        super(limits);
    }

    /** RFC 9112 section 3: method, target and version, one space between each; the target is judged by others. */
    @Override
    HttpMessage message(String startLine, HttpHeaders fields) throws DecodeFault {
        int methodEnd = startLine.indexOf(' ');
        int versionAt = startLine.lastIndexOf(' ') + 1;
        if (methodEnd <= 0
                || versionAt <= methodEnd + 2
                || startLine.indexOf(' ', methodEnd + 1) != versionAt - 1
                || !isToken(startLine, methodEnd)) {
            throw DecodeFault.malformed("the request line is not a method, a target and a version");
        }
        HttpVersion version = Versions.of(startLine.substring(versionAt));
        return new DefaultHttpRequest(
                version,
                HttpMethod.valueOf(startLine.substring(0, methodEnd)),
                startLine.substring(methodEnd + 1, versionAt - 1),
                fields);
    }

    @Override
    HttpMessage unreadable() {
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
    }

    @Override
    Framing framing(HttpMessage message) throws DecodeFault {
        Framing said = Framing.of(message.headers());
        if (said instanceof Framing.Chunked && message.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            throw DecodeFault.malformed("HTTP/1.0 has no Transfer-Encoding");
        }
        return said instanceof Framing.Unsaid ? new Framing.Length(0) : said;
    }

    private static boolean isToken(String text, int to) {
        for (int i = 0; i < to; i++) {
            if (!Octets.isToken(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
