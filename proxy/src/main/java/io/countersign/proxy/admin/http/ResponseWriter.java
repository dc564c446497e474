package io.countersign.proxy.admin.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Writes one response no faster than its client reads: only a piece of a large page is in direct memory at a time.
 * Confined to its event loop.
 */
// A write that fails is reported by the last one's future.
@SuppressWarnings("FutureReturnValueIgnored")
final class ResponseWriter {
    private static final int PIECE = 8 * 1024;

    private final ChannelHandlerContext ctx;
    private final HttpResponse head;
    private final byte[] body;
    private final Listener listener;
    private int written;
    private Phase phase = Phase.PAUSED;

    /** Is called at the end, once. */
    @FunctionalInterface
    interface Listener {
        void sent(boolean success);
    }

    private enum Phase {
        /** Waits for the client. */
        PAUSED,
        WRITING,
        ENDED
    }

    /**
     * Makes the head; throws {@link IllegalArgumentException} where a field of the response can't be sent.
     *
     * @param withBody false for the response to HEAD, which announces a body that is not sent (RFC 9110 section 9.3.2)
     */
    ResponseWriter(ChannelHandlerContext ctx, Response response, boolean withBody, Listener listener) {
        this.ctx = ctx;
        this.head = head(response);
        this.body = withBody ? response.body() : new byte[0];
        this.listener = listener;
    }

    private static HttpResponse head(Response response) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, response.status());
        HttpHeaders headers = head.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, response.contentType());
        headers.set(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
        response.fields().forEach(headers::set);
        headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        headers.set("x-content-type-options", "nosniff");
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return head;
    }

    void begin() {
        assert ctx.executor().inEventLoop();
        ctx.write(head);
        resume();
    }

    /**
     * The client may have made room. Never within itself: a write may change the writability before it returns, and the encoder
     * is not made for another one in between.
     */
    void resume() {
        assert ctx.executor().inEventLoop();
        if (phase != Phase.PAUSED) {
            return;
        }
        phase = Phase.WRITING;
        while (written < body.length && ctx.channel().isWritable()) {
            int length = Math.min(PIECE, body.length - written);
            ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(body, written, length)));
            written += length;
        }
        phase = written < body.length ? Phase.PAUSED : Phase.ENDED;
        if (phase == Phase.ENDED) {
            ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(done -> listener.sent(done.isSuccess()));
        }
    }
}
