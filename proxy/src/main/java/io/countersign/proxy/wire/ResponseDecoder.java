package io.countersign.proxy.wire;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** Responses as upstreams send them; it must know of HEAD, whose responses announce a body that never comes. */
public final class ResponseDecoder extends MessageDecoder {
    private boolean head;
    private HttpVersion version;
    private HttpResponseStatus status;

    public ResponseDecoder(Limits limits) {
        super(limits);
    }

    /** The method of the request that the next final response answers. */
    public void expectResponseTo(String method) {
        head = method.equals("HEAD");
    }

    /** None: the leniency of RFC 9112 section 2.2 is for requests alone, and an idle connection must stay silent. */
    @Override
    int maxEmptyLines() {
        return 0;
    }

    /** RFC 9112 section 4: version, three digits, and perhaps a reason. */
    @Override
    void startLine(String line) throws DecodeFault {
        boolean good = line.length() >= 12 && line.charAt(8) == ' ' && (line.length() == 12 || line.charAt(12) == ' ');
        int code = 0;
        for (int i = 9; good && i < 12; i++) {
            int digit = line.charAt(i) - '0';
            good = digit >= 0 && digit <= 9;
            code = code * 10 + digit;
        }
        if (!good || code < 100 || code > 599) {
            throw DecodeFault.malformed("the status line is not a version and a status of 100 to 599");
        }
        version = Versions.of(line, 0, 8);
        status = HttpResponseStatus.valueOf(code);
    }

    @Override
    HttpMessage message(HttpHeaders fields) {
        return new DefaultHttpResponse(version, status, fields);
    }

    @Override
    HttpMessage unreadable() {
        return new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_GATEWAY);
    }

    /** RFC 9112 section 6.3. */
    @Override
    Framing framing(HttpMessage message) throws DecodeFault {
        Framing said = Framing.of(message);
        int code = ((HttpResponse) message).status().code();
        boolean bodiless = code < 200 || code == 204 || code == 304 || head;
        return bodiless ? new Framing.Length(0) : said;
    }
}
