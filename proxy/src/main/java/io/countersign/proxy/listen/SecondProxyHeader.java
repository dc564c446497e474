package io.countersign.proxy.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.function.Consumer;

/**
 * Closes a connection on which a second PROXY header follows the first, and leaves the pipeline at the first byte that no header has
 * at its place. It would be a client that tries to name another address as its own, or a second load balancer; which of the two
 * headers is true, nobody can tell.
 */
public final class SecondProxyHeader extends ByteToMessageDecoder {
    private final Consumer<Channel> found;

    /** @param found hears of a second header before the connection is closed */
    public SecondProxyHeader(Consumer<Channel> found) {
        this.found = found;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (isBegun(in, ProxyHeaderBounds.VERSION_1) || isBegun(in, ProxyHeaderBounds.VERSION_2)) {
            return;
        }
        if (isWhole(in, ProxyHeaderBounds.VERSION_1) || isWhole(in, ProxyHeaderBounds.VERSION_2)) {
            in.skipBytes(in.readableBytes());
            found.accept(ctx.channel());
            ctx.close();
            return;
        }
        ctx.pipeline().remove(this);
    }

    private static boolean isBegun(ByteBuf in, byte[] start) {
        return in.readableBytes() < start.length && matches(in, start, in.readableBytes());
    }

    private static boolean isWhole(ByteBuf in, byte[] start) {
        return in.readableBytes() >= start.length && matches(in, start, start.length);
    }

    private static boolean matches(ByteBuf in, byte[] start, int length) {
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != start[i]) {
                return false;
            }
        }
        return true;
    }
}
