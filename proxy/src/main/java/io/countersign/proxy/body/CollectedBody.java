package io.countersign.proxy.body;

import io.netty.buffer.ByteBuf;
import java.util.List;

/** A whole request body with its hash; owns its segments until {@link #release()}. Confined to one event loop. */
public final class CollectedBody {
    private final List<ByteBuf> segments;
    private final long length;
    private final String hash;
    private boolean released;

    CollectedBody(List<ByteBuf> segments, long length, String hash) {
        this.segments = segments;
        this.length = length;
        this.hash = hash;
    }

    /** A body of no octets. */
    public static CollectedBody empty(String hash) {
        return new CollectedBody(List.of(), 0, hash);
    }

    /** How many segments there are to send. */
    public int segments() {
        return segments.size();
    }

    /** One segment to send, <em>returned owned</em>; the body keeps its own hold, so that it can be sent again. */
    public ByteBuf segment(int index) {
        return segments.get(index).retainedDuplicate();
    }

    /** Octets in all. */
    public long length() {
        return length;
    }

    /** SHA-256 as 64 lower-case hex digits; null when none was asked for. */
    public String hash() {
        return hash;
    }

    /** Lets go of the memory; a second call does nothing. */
    public void release() {
        if (!released) {
            released = true;
            segments.forEach(ByteBuf::release);
        }
    }
}
