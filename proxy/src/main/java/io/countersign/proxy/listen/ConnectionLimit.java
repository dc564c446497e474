package io.countersign.proxy.listen;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/** Counts client connections over all listeners and turns away those past the limit, with an answer. Safe from any thread. */
public final class ConnectionLimit {
    private static final byte[] REFUSAL = ("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 2\r\n"
                    + "Proxy-Status: countersign; error=connection_limit_reached\r\nConnection: close\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);

    private final AtomicInteger open = new AtomicInteger();
    private final IntSupplier limit;

    /** @param limit in force at a moment */
    public ConnectionLimit(IntSupplier limit) {
        this.limit = limit;
    }

    /** Counts a connection in, and out when it closes; returns false after it has been answered and is closing. */
    boolean admit(Channel channel) {
        int now = open.incrementAndGet();
        channel.closeFuture().addListener(closed -> open.decrementAndGet());
        if (now <= limit.getAsInt()) {
            return true;
        }
        // Not registered yet: written as soon as it is. The little that a client may have sent meanwhile can cost it the
        // answer, never more.
        channel.eventLoop().execute(() -> channel.writeAndFlush(Unpooled.wrappedBuffer(REFUSAL))
                .addListener(ChannelFutureListener.CLOSE));
        return false;
    }

    /** Connections open now. */
    public int open() {
        return open.get();
    }
}
