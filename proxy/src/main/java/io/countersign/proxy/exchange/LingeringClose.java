package io.countersign.proxy.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;

/**
 * Ends a connection whose client is still sending: half-close, then read and forget for a while (RFC 9112 section 9.6).
 *
 * <p>To close at once would make the client's system answer its unread octets with a reset, which throws away the answer that
 * it has not read yet. Bounded in time and octets, so that nobody holds a connection by sending for ever.
 */
final class LingeringClose extends ChannelInboundHandlerAdapter {
    private static final long MAX_OCTETS = 32L * 1024 * 1024;

    private long octets;

    private LingeringClose() {}

    /**
     * What was written before is sent still.
     *
     * @param nanos for the client to take note, and to stop sending
     */
    static void begin(Channel channel, Deadline deadline, long nanos) {
        deadline.arm(nanos, channel::close);
        channel.pipeline().addFirst("lingering-close", new LingeringClose());
        channel.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) written -> {
            if (written.isSuccess() && written.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            } else {
                written.channel().close();
            }
        });
        channel.config().setAutoRead(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf buffer) {
            octets += buffer.readableBytes();
        }
        ReferenceCountUtil.release(message);
        if (octets > MAX_OCTETS) {
            ctx.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            ctx.close();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }
}
