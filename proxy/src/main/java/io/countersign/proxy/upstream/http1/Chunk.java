package io.countersign.proxy.upstream.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** The chunked coding of a request body (RFC 9112 section 7.1). */
final class Chunk {
    private static final ByteBuf CRLF = constant("\r\n");
    private static final ByteBuf LAST = constant("0\r\n\r\n");

    private Chunk() {}

    /** A chunk around a piece that is not empty; <em>takes</em> it, and the chunk is <em>returned owned</em>. */
    static ByteBuf of(ByteBuf piece) {
        ByteBuf size =
                Unpooled.copiedBuffer(Integer.toHexString(piece.readableBytes()) + "\r\n", StandardCharsets.US_ASCII);
        return Unpooled.wrappedBuffer(3, size, piece, CRLF.duplicate());
    }

    /** The last chunk, without trailers. */
    static ByteBuf last() {
        return LAST.duplicate();
    }

    private static ByteBuf constant(String text) {
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII)))
                .asReadOnly();
    }
}
