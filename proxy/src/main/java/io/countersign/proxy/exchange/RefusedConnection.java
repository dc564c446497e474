package io.countersign.proxy.exchange;

import io.countersign.proxy.listen.Arrival;
import io.countersign.proxy.listen.LingeringClose;
import io.countersign.proxy.local.LocalResponses;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;

/**
 * Responds to a connection for which there is no room, without reading what it sends, and closes it.
 *
 * <p>A client that has sent much already would lose that answer to a reset, so it is given a moment to read it; but only as many
 * as may linger, since all others would be the very connections for which there is no room.
 */
public final class RefusedConnection extends ChannelInboundHandlerAdapter {
    private static final Duration LINGER = Duration.ofSeconds(2);

    private final Front front;
    private final Arrival.Refused arrival;
    private ExchangeTimer timer;

    public RefusedConnection(Front front, Arrival.Refused arrival) {
        this.front = front;
        this.arrival = arrival;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        timer = new ExchangeTimer(ctx.channel().eventLoop(), fault -> ctx.close());
        int limit = front.snapshot().get().limits().connections();
        ExchangeTrace trace = new ExchangeTrace(arrival.caller(), front.clock().millis(), timer.now());
        ChannelFuture writing =
                OwnResponse.writeLast(ctx.channel(), LocalResponses.tooManyConnections(limit), trace, front.clock());
        if (arrival.lingers()) {
            // Bounded like the lingering itself: a flood of refusals is counted, not logged.
            writing.addListener(written -> front.observer().finished(trace.record(timer.now())));
            timer.enter(ExchangeTimer.Phase.LINGERING, LINGER, ctx::close);
            LingeringClose.begin(ctx.channel());
        } else {
            writing.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (timer != null) {
            timer.cancel();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // It was reset: nobody is left to be told.
        ctx.close();
    }
}
