package io.countersign.proxy.body;

import io.countersign.sigv4.ChunkSigner;
import io.netty.buffer.ByteBuf;

/**
 * Where a signature of a chunk, or of the trailers, is to go into the bytes that are sent.
 *
 * @param at bytes after the first readable one
 * @param hash of what is signed, in 64 lower-case hex digits
 */
record SignatureBlank(int at, String hash, Of of) {
    /** What is signed. */
    enum Of {
        CHUNK,
        TRAILERS
    }

    /** Puts the next signature in. <em>Borrows</em> the bytes. */
    void fill(ByteBuf bytes, ChunkSigner signer) {
        byte[] signature = of == Of.CHUNK ? signer.chunk(hash) : signer.trailer(hash);
        bytes.setBytes(bytes.readerIndex() + at, signature);
    }
}
