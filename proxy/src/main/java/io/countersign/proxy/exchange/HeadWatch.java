package io.countersign.proxy.exchange;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Stands before the decoder and tells the connection that octets came: the head's time runs from its first octet. */
public final class HeadWatch extends ChannelInboundHandlerAdapter {
    private final ClientConnection connection;

    /** Creates the watch of one connection. */
    public HeadWatch(ClientConnection connection) {
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        connection.octetsCame();
        ctx.fireChannelRead(message);
    }
}
