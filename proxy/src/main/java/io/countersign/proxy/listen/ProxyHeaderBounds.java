package io.countersign.proxy.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.util.ReferenceCountUtil;

/**
 * Stands before Netty's decoder of PROXY headers, which takes everything for version 1 that is not version 2, and waits for as many
 * bytes as a header announces: what cannot become a header, or a larger one than we want, ends at the byte that shows it.
 */
public final class ProxyHeaderBounds extends ChannelInboundHandlerAdapter {
    /**
     * Of the values after the addresses, in bytes. What AWS and HAProxy send comes to less than 200, with names from a client's
     * certificate to a few hundred.
     */
    public static final int MAX_VALUES = 2048;

    static final byte[] VERSION_1 = {'P', 'R', 'O', 'X', 'Y', ' '};
    static final byte[] VERSION_2 = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

    /** Of both addresses, where they are paths of Unix sockets: the longest kind. */
    private static final int MAX_ADDRESSES = 216;

    private static final int COMMAND_AT = VERSION_2.length;
    private static final int LENGTH_AT = COMMAND_AT + 2;
    private static final byte LOCAL = 0x20;
    private static final byte PROXY = 0x21;

    private int seen;
    private boolean binary;
    private int length;
    private boolean bad;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (bad) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof ByteBuf buffer) {
            for (int i = buffer.readerIndex(); i < buffer.writerIndex() && seen <= LENGTH_AT + 1; i++, seen++) {
                if (!mayFollow(buffer.getByte(i))) {
                    bad = true;
                    ReferenceCountUtil.release(message);
                    ctx.fireExceptionCaught(
                            new HAProxyProtocolException("not a PROXY header, or one that is too long"));
                    return;
                }
            }
        }
        ctx.fireChannelRead(message);
    }

    private boolean mayFollow(byte next) {
        if (seen == 0) {
            binary = next == VERSION_2[0];
        }
        byte[] start = binary ? VERSION_2 : VERSION_1;
        if (seen < start.length) {
            return next == start[seen];
        }
        if (!binary) {
            return true;
        }
        if (seen == COMMAND_AT) {
            return next == LOCAL || next == PROXY;
        }
        if (seen >= LENGTH_AT) {
            length = length << 8 | (next & 0xff);
        }
        return length <= MAX_ADDRESSES + MAX_VALUES;
    }
}
