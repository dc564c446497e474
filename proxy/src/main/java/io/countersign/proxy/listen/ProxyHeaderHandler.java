package io.countersign.proxy.listen;

import io.countersign.proxy.caller.Caller;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Waits for the PROXY header of a connection, has the connection judged by whom that names, and leaves the pipeline. What is no
 * such header, or comes too late, closes the connection: whatever could be said to it would not be said to a load balancer.
 *
 * <p>Confined to its channel's event loop.
 */
public final class ProxyHeaderHandler extends ChannelInboundHandlerAdapter {
    /** A header comes with the connection: it is the first thing that a load balancer sends. */
    static final Duration LIMIT = Duration.ofSeconds(2);

    private final Arrival.Announcing arrival;
    private final Consumer<Arrival> judged;
    private ScheduledFuture<?> limit;
    private boolean over;

    /** @param judged adds the handlers that serve the connection, after this one */
    public ProxyHeaderHandler(Arrival.Announcing arrival, Consumer<Arrival> judged) {
        this.arrival = arrival;
        this.judged = judged;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        arrival.seat().whenTaken(() -> refuse(ctx, HeaderFault.PROXY_HEADER_LIMIT));
        limit = ctx.executor()
                .schedule(() -> refuse(ctx, HeaderFault.PROXY_HEADER_LATE), LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        limit.cancel(false);
    }

    /** <em>Takes</em> the message. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (!over && message instanceof HAProxyMessage header) {
                announced(ctx, ProxyHeader.caller(header, arrival.caller()));
            }
        } catch (HAProxyProtocolException e) {
            refuse(ctx, HeaderFault.PROXY_HEADER_MALFORMED);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void announced(ChannelHandlerContext ctx, Caller caller) {
        over = true;
        Optional<Arrival> next = arrival.gate().announced(ctx.channel(), arrival, caller);
        if (next.isEmpty()) {
            ctx.close();
            return;
        }
        judged.accept(next.get());
        // The handlers have come too late to hear of it from the channel.
        ctx.fireChannelActive();
        ctx.pipeline().remove(this);
    }

    private void refuse(ChannelHandlerContext ctx, HeaderFault fault) {
        if (!over) {
            over = true;
            arrival.gate().refused(ctx.channel(), fault);
            ctx.close();
        }
    }

    /** A client that leaves before its header, as many health checks do, is nobody's fault. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        over = true;
        limit.cancel(false);
        ctx.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE || event == Listener.Ending.INSTANCE) {
            over = true;
            ctx.close();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            over = true;
            ctx.close();
        } else if (over) {
            ctx.fireExceptionCaught(cause);
        } else {
            refuse(ctx, HeaderFault.PROXY_HEADER_MALFORMED);
        }
    }
}
