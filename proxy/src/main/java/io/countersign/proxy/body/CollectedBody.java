package io.countersign.proxy.body;

import io.netty.buffer.ByteBuf;
import java.util.List;

/** A whole request body; owns its segments until {@link #release()}, and can be sent more than once. */
public final class CollectedBody implements RequestBody {
    private final List<ByteBuf> segments;
    private final long length;
    private final String hash;
    private int next;
    private boolean released;

    CollectedBody(List<ByteBuf> segments, long length, String hash) {
        this.segments = segments;
        this.length = length;
        this.hash = hash;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public String hash() {
        return hash;
    }

    @Override
    public boolean isWhole() {
        return true;
    }

    @Override
    public void sendTo(Runnable more) {
        if (released) {
            throw new IllegalStateException("the body has been let go");
        }
        next = 0;
    }

    /** The body keeps its own hold on the segment, for another attempt. */
    @Override
    public ByteBuf next() {
        return released || next == segments.size() ? null : segments.get(next++).retainedDuplicate();
    }

    @Override
    public boolean isSent() {
        return next == segments.size();
    }

    @Override
    public boolean isIntact() {
        return !released;
    }

    @Override
    public void release() {
        if (!released) {
            released = true;
            segments.forEach(ByteBuf::release);
        }
    }
}
