package io.countersign.proxy.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** The beginning of a response body, held back until it is known what it is. */
final class HeldBody {
    /** AWS's longest rejection repeats a canonical request of at most some 20 KiB; with room for three of them. */
    static final int MAX = 64 * 1024;

    private ByteBuf octets = Unpooled.EMPTY_BUFFER;

    /** Takes a piece; returns whether all so far is within {@link #MAX}. <em>Takes</em> {@code piece}. */
    boolean add(ByteBuf piece) {
        if (octets == Unpooled.EMPTY_BUFFER) {
            octets = Unpooled.buffer(Math.max(256, piece.readableBytes()));
        }
        octets.writeBytes(piece);
        piece.release();
        return octets.readableBytes() <= MAX;
    }

    /** All so far, <em>returned owned</em>. */
    ByteBuf take() {
        ByteBuf all = octets;
        octets = Unpooled.EMPTY_BUFFER;
        return all;
    }

    /** All so far, copied; nothing is held any more. */
    byte[] octets() {
        byte[] copy = ByteBufUtil.getBytes(octets);
        release();
        return copy;
    }

    void release() {
        take().release();
    }
}
