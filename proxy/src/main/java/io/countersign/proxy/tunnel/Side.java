package io.countersign.proxy.tunnel;

import io.countersign.proxy.listen.Listener;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;

/** One of a tunnel's two connections: hands what happens on it to the tunnel. Confined to its loop. */
final class Side extends ChannelInboundHandlerAdapter {
    private final Events events;

    /** What may happen. */
    interface Events {
        void attached(Channel channel);

        /** <em>Takes</em> what was read. */
        void came(ByteBuf piece);

        /** No more is here for now. */
        void pause();

        void writable();

        /** Nothing more comes, and it may still be written to. */
        void inputEnded();

        /** It has closed. */
        void closed();

        void broke(Throwable cause);

        void draining();

        /** The process ends. */
        void ending();
    }

    Side(Events events) {
        this.events = events;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        events.attached(ctx.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf piece) {
            events.came(piece);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        events.pause();
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            events.writable();
        }
        ctx.fireChannelWritabilityChanged();
    }

    /** Its end is the tunnel's, and no request's. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE
                || (event instanceof SslCloseCompletionEvent end && end.isSuccess())) {
            events.inputEnded();
        } else if (event == Listener.Ending.INSTANCE) {
            events.ending();
        } else if (event == Listener.Draining.INSTANCE) {
            events.draining();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        events.closed();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        events.broke(cause);
    }
}
