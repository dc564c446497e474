package io.countersign.proxy.response;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;

/** The beginning of a response body, held back until it is known what it is. */
final class HeldBody {
    /** The longest rejection by AWS repeats a canonical request of some 20 KiB; this has room for three of them. */
    static final int MAX = 64 * 1024;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Takes a piece; returns whether all so far is within {@link #MAX}. <em>Takes</em> {@code piece}. */
    boolean add(ByteBuf piece) {
        bytes.writeBytes(ByteBufUtil.getBytes(piece));
        piece.release();
        return bytes.size() <= MAX;
    }

    /** All so far, copied. */
    byte[] bytes() {
        return bytes.toByteArray();
    }
}
