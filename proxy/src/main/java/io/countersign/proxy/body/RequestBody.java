package io.countersign.proxy.body;

import io.countersign.sigv4.ChunkSigner;
import io.netty.buffer.ByteBuf;

/**
 * A request body on its way upstream: here as a whole ({@link CollectedBody}), or still coming ({@link StreamedBody}).
 * Confined to one event loop.
 */
public sealed interface RequestBody permits CollectedBody, StreamedBody {
    /** Bytes in all; -1 where only the end will tell. */
    long length();

    /** What a signature says of it: 64 lower-case hex digits, {@code UNSIGNED-PAYLOAD}, or the form of its chunks. */
    String hash();

    /** Whether all of it is here already. */
    boolean isWhole();

    /**
     * Begins an attempt to send it, from its first byte.
     *
     * @param more runs when {@link #next} has something again after it had nothing
     * @throws IllegalStateException when it is not {@linkplain #isIntact intact}
     */
    void sendTo(Runnable more);

    /** Signs its chunks in the next attempt to send it, where it has chunks that are signed. */
    default void signChunks(ChunkSigner signer) {}

    /** Has {@code then} run each time that bytes of a body that is still coming have gone upstream, but for the last. */
    default void whenMoved(Runnable then) {}

    /** The next bytes to send, never none, <em>returned owned</em>; null when there are none now. */
    ByteBuf next();

    /** Whether {@link #next} has handed out all of it, or has said that nothing is left. */
    boolean isSent();

    /** Whether it can be sent from its first byte, for the first time or once more. */
    boolean isIntact();

    /** Lets go of the memory; a second call does nothing. */
    void release();
}
