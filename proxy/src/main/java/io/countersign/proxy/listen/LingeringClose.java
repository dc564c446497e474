package io.countersign.proxy.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

/**
 * Ends a connection whose client is still sending: half-close, then read and discard for a while (RFC 9112 section 9.6).
 *
 * <p>Closing at once would make the client's system answer the unread bytes with a reset, which throws away the
 * response that the client has not read yet. Bounded in bytes, so that nobody holds a connection by sending forever; whoever
 * begins it bounds the time.
 */
public final class LingeringClose extends ChannelInboundHandlerAdapter {
    private static final long MAX_BYTES = 32L * 1024 * 1024;

    private long bytes;

    private LingeringClose() {}

    /** On the channel's loop. What was written before is still sent; the caller closes the channel after a time of its own. */
    public static void begin(Channel channel) {
        assert channel.eventLoop().inEventLoop();
        channel.pipeline().addFirst("lingering-close", new LingeringClose());
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        // Over TLS the end of what we send is said within it, or a client could not tell it from a connection that was
        // cut.
        ChannelFuture last = tls == null ? channel.writeAndFlush(Unpooled.EMPTY_BUFFER) : tls.closeOutbound();
        last.addListener((ChannelFutureListener) written -> {
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
            bytes += buffer.readableBytes();
        }
        ReferenceCountUtil.release(message);
        if (bytes > MAX_BYTES) {
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
