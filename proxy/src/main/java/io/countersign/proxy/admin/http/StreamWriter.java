package io.countersign.proxy.admin.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one response that lasts: asks the stream at a steady pace while the client takes what comes, and closes the connection of a
 * client that takes nothing for too long. Confined to its event loop.
 */
// A write that fails closes the connection.
@SuppressWarnings("FutureReturnValueIgnored")
final class StreamWriter implements Sending {
    private static final Logger LOG = LoggerFactory.getLogger(StreamWriter.class);

    /** Between two questions, so that many events become one write. */
    private static final Duration PACE = Duration.ofMillis(200);

    /** Pieces at one time, so that a stream which always has more leaves time for others. */
    private static final int MAX_PIECES = 8;

    private final ChannelHandlerContext ctx;
    private final HttpResponse head;
    private final Stream stream;
    private final Listener listener;
    private final Service service;
    private ScheduledFuture<?> pace;
    private long lastTaken;
    private boolean over;

    StreamWriter(ChannelHandlerContext ctx, HttpResponse head, Stream stream, Service service, Listener listener) {
        this.ctx = ctx;
        this.head = head;
        this.stream = stream;
        this.service = service;
        this.listener = listener;
    }

    @Override
    public void begin() {
        ctx.writeAndFlush(head);
        lastTaken = now();
        pace = ctx.executor().scheduleWithFixedDelay(this::ask, 0, PACE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void resume() {
        lastTaken = now();
    }

    private void ask() {
        assert ctx.executor().inEventLoop();
        for (int i = 0; i < MAX_PIECES && !over && ctx.channel().isWritable(); i++) {
            lastTaken = now();
            Optional<byte[]> piece = next();
            if (piece.isEmpty()) {
                end();
            } else if (piece.get().length == 0) {
                return;
            } else {
                ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(piece.get())));
            }
        }
        if (!over && now() - lastTaken > service.limits().deadline().toNanos()) {
            service.tooSlow().increment();
            stop();
            ctx.close();
        }
    }

    private Optional<byte[]> next() {
        try {
            return stream.next();
        } catch (RuntimeException e) {
            LOG.error("admin: a stream failed", e);
            return Optional.empty();
        }
    }

    private void end() {
        stop();
        ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(done -> listener.sent(done.isSuccess()));
    }

    @Override
    public void stop() {
        if (!over) {
            over = true;
            pace.cancel(false);
            stream.closed();
        }
    }

    private long now() {
        return ctx.channel().eventLoop().ticker().nanoTime();
    }
}
