package io.countersign.proxy.listen;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;

/**
 * Lets a client of a Unix socket end its half of the connection and still wait for its response, as it may on TCP. Netty's channel
 * of Unix sockets has the option for it and closes all the same (seen with 4.2.20); not if its input has been shut down before it comes to
 * that, which is after this event. The first handler of a pipeline.
 */
public final class UnixHalfClose extends ChannelInboundHandlerAdapter {
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        boolean ended = ctx.channel().unsafe().recvBufAllocHandle().lastBytesRead() < 0;
        ctx.fireChannelReadComplete();
        if (ended
                && ctx.channel() instanceof DuplexChannel channel
                && channel.isActive()
                && !channel.isInputShutdown()) {
            var unused = channel.shutdownInput();
            ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }
}
