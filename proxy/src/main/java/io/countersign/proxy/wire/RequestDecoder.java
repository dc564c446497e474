package io.countersign.proxy.wire;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;

/**
 * Requests as clients send them.
 *
 * <p>While reading is off it decodes nothing: one read may hold thousands of pipelined requests, which take far less room as
 * octets than as messages. Whoever turns reading on calls {@link #resume}.
 */
public final class RequestDecoder extends MessageDecoder {
    private ChannelHandlerContext context;

    public RequestDecoder(Limits limits) {
        super(limits);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    boolean isPaused(ChannelHandlerContext ctx) {
        return !ctx.channel().config().isAutoRead();
    }

    /** Decodes what was left while reading was off. */
    public void resume() {
        if (leftOver() == 0) {
            return;
        }
        try {
            channelRead(context, Unpooled.EMPTY_BUFFER);
            channelReadComplete(context);
        } catch (Exception e) {
            context.fireExceptionCaught(e);
        }
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
