package io.countersign.proxy.body;

import io.netty.buffer.ByteBuf;

/**
 * A request body on its way upstream: here as a whole ({@link CollectedBody}), or still coming ({@link StreamedBody}).
 * Confined to one event loop.
 */
public sealed interface RequestBody permits CollectedBody, StreamedBody {
    /** Octets in all; -1 where only the end will tell, so that it is sent in chunks. */
    long length();

    /** What a signature says of it: 64 lower-case hex digits, or {@code UNSIGNED-PAYLOAD}. */
    String hash();

    /**
     * Begins an attempt to send it, from its first octet.
     *
     * @param more runs when {@link #next} has something again after it had nothing
     * @throws IllegalStateException when it is not {@linkplain #isIntact intact}
     */
    void sendTo(Runnable more);

    /** The next octets to write, with the framing they need, <em>returned owned</em>; null when there are none now. */
    ByteBuf next();

    /** Whether {@link #next} has handed out all of it. */
    boolean isSent();

    /** Whether it can be sent from its first octet, for the first time or once more. */
    boolean isIntact();

    /** Lets go of the memory; a second call does nothing. */
    void release();
}
