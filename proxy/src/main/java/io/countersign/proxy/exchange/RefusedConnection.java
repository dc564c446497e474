package io.countersign.proxy.exchange;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.listen.LingeringClose;
import io.countersign.proxy.local.LocalResponse;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;

/**
 * Responds to a connection that is not served, without reading what it sends, and closes it: there is no room for it, or it speaks plain
 * HTTP where TLS is expected.
 *
 * <p>A client that has sent much already would lose that answer to a reset, so it is given a moment to read it; but only as many
 * as may linger, since all others would be the very connections for which there is no room.
 */
public final class RefusedConnection extends ChannelInboundHandlerAdapter {
    private static final Duration LINGER = Duration.ofSeconds(2);

    private final Front front;
    private final Caller caller;
    private final LocalResponse response;
    private final boolean lingers;
    private ExchangeTimer timer;

    /**
     * Creates the handler of one connection.
     *
     * @param lingers whether it may be held open until the client has read the response
     */
    public RefusedConnection(Front front, Caller caller, LocalResponse response, boolean lingers) {
        this.front = front;
        this.caller = caller;
        this.response = response;
        this.lingers = lingers;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            respond(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (timer == null) {
            respond(ctx);
        }
    }

    private void respond(ChannelHandlerContext ctx) {
        timer = new ExchangeTimer(ctx.channel().eventLoop(), fault -> ctx.close());
        ExchangeTrace trace = new ExchangeTrace(caller, front.clock().millis(), timer.now());
        ChannelFuture writing = OwnResponse.writeLast(ctx.channel(), response, trace, front.clock());
        if (lingers) {
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
        // It was reset: nobody is left to read it.
        ctx.close();
    }
}
