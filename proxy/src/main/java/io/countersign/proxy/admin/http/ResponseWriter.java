package io.countersign.proxy.admin.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Writes one whole response no faster than its client reads: only a piece of a large page is in direct memory at a time.
 * Confined to its event loop.
 */
// A write that fails is reported by the last one's future.
@SuppressWarnings("FutureReturnValueIgnored")
final class ResponseWriter implements Sending {
    private static final int PIECE = 8 * 1024;

    private final ChannelHandlerContext ctx;
    private final HttpResponse head;
    private final byte[] body;
    private final Listener listener;
    private int written;
    private Phase phase = Phase.PAUSED;

    private enum Phase {
        /** Waits for the client. */
        PAUSED,
        WRITING,
        ENDED
    }

    /** @param body empty for the response to HEAD, which announces a body that is not sent (RFC 9110 section 9.3.2) */
    ResponseWriter(ChannelHandlerContext ctx, HttpResponse head, byte[] body, Listener listener) {
        this.ctx = ctx;
        this.head = head;
        this.body = body;
        this.listener = listener;
    }

    @Override
    public void begin() {
        assert ctx.executor().inEventLoop();
        ctx.write(head);
        resume();
    }

    /** Never within itself: a write may change the writability before it returns, and the encoder is not made for another one in between. */
    @Override
    public void resume() {
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
