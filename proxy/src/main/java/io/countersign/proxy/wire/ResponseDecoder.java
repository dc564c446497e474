package io.countersign.proxy.wire;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** Responses as upstreams send them; it must be told of HEAD, whose responses announce a body that never comes. */
public final class ResponseDecoder extends MessageDecoder {
    private boolean head;

    public ResponseDecoder(Limits limits) {
        super(limits);
    }

    /** The method of the request that the next final response answers. */
    public void expectResponseTo(String method) {
        head = method.equals("HEAD");
    }

    /** RFC 9112 section 4: version, three digits, and perhaps a reason. */
    @Override
    HttpMessage message(String startLine, HttpHeaders fields) throws DecodeFault {
        boolean good = startLine.length() >= 12
                && startLine.charAt(8) == ' '
                && (startLine.length() == 12 || startLine.charAt(12) == ' ');
        int status = 0;
        for (int i = 9; good && i < 12; i++) {
            int digit = startLine.charAt(i) - '0';
            good = digit >= 0 && digit <= 9;
            status = status * 10 + digit;
        }
        if (!good || status < 100 || status > 599) {
            throw DecodeFault.malformed("the status line is not a version and a status of 100 to 599");
        }
        HttpVersion version = Versions.of(startLine.substring(0, 8));
        return new DefaultHttpResponse(version, HttpResponseStatus.valueOf(status), fields);
    }

    @Override
    HttpMessage unreadable() {
        return new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_GATEWAY);
    }

    /** RFC 9112 section 6.3. */
    @Override
    Framing framing(HttpMessage message) throws DecodeFault {
        Framing said = Framing.of(message.headers());
        int status = ((HttpResponse) message).status().code();
        boolean bodiless = status < 200 || status == 204 || status == 304 || head;
        return bodiless ? new Framing.Length(0) : said;
    }
}
