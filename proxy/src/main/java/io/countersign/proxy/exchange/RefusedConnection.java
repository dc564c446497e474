package io.countersign.proxy.exchange;

import io.countersign.proxy.listen.Arrival;
import io.countersign.proxy.listen.LingeringClose;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponseWriter;
import io.countersign.proxy.local.LocalResponses;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;

/**
 * Answers a connection for which there is no room, without reading what it asks, and closes it.
 *
 * <p>A client that has sent much already would lose that answer to a reset, so it is given a moment to read it; but only as many
 * as may linger, since all others would be the very connections for which there is no room.
 */
public final class RefusedConnection extends ChannelInboundHandlerAdapter {
    private static final Duration LINGER = Duration.ofSeconds(2);

    private final Services services;
    private final Arrival.Refused arrival;
    private ExchangeTimer timer;

    public RefusedConnection(Services services, Arrival.Refused arrival) {
        this.services = services;
        this.arrival = arrival;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        timer = new ExchangeTimer(ctx.channel().eventLoop(), fault -> ctx.close());
        int limit = services.snapshot().get().limits().connections();
        LocalResponse answer = LocalResponses.tooManyConnections(limit);
        ExchangeTrace trace =
                new ExchangeTrace(arrival.caller(), services.clock().millis(), timer.now());
        FullHttpResponse response = LocalResponseWriter.response(
                answer, false, trace.id(), services.clock().instant());
        response.headers().set("connection", "close");
        if (arrival.lingers()) {
            // Bounded like the lingering itself: a flood of refusals is counted, not logged.
            services.observer().finished(trace.refused(answer, timer.now()));
            ctx.channel().writeAndFlush(response);
            timer.enter(ExchangeTimer.Phase.LINGERING, LINGER, ctx::close);
            LingeringClose.begin(ctx.channel());
        } else {
            ctx.channel().writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
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
