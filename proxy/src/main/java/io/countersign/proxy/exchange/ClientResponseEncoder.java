package io.countersign.proxy.exchange;

import io.countersign.proxy.wire.DecodeFault;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Netty's encoder, aware of the request that is answered: HEAD, whose response announces a body that is not sent (RFC 9110 section 9.3.2),
 * or to a client of HTTP/2, which would show its user "invalid frame" instead of what we answer.
 */
public final class ClientResponseEncoder extends HttpResponseEncoder {
    /** RFC 9113 section 7. */
    private static final int HTTP_1_1_REQUIRED = 0xd;

    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;

    private boolean head;
    private boolean http2;

    void answering(HttpRequest request) {
        head = HttpMethod.HEAD.equals(request.method());
        http2 = request.decoderResult().cause() instanceof DecodeFault fault && fault.kind() == DecodeFault.Kind.HTTP_2;
    }

    /** Whether what is answered is the beginning of HTTP/2. */
    boolean answersHttp2() {
        return http2;
    }

    /** What follows answers no request that could be read. */
    void answeringNone() {
        head = false;
        http2 = false;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse response) {
        return head || super.isContentAlwaysEmpty(response);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) throws Exception {
        if (http2 && message instanceof FullHttpResponse response) {
            String why = response.status() + ": " + Http2Clients.ADVICE;
            response.release();
            ctx.write(refusal(why), promise);
        } else {
            super.write(ctx, message, promise);
        }
    }

    /** The server's preface and its last word (RFC 9113 sections 3.4, 6.5 and 6.8); <em>returned owned</em>. */
    private static ByteBuf refusal(String why) {
        int length = ByteBufUtil.utf8Bytes(why);
        ByteBuf frames = Unpooled.buffer(2 * 9 + 8 + length);
        frames.writeMedium(0).writeByte(SETTINGS).writeByte(0).writeInt(0);
        frames.writeMedium(8 + length).writeByte(GOAWAY).writeByte(0).writeInt(0);
        frames.writeInt(0).writeInt(HTTP_1_1_REQUIRED).writeCharSequence(why, StandardCharsets.UTF_8);
        return frames;
    }
}
