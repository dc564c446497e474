package io.countersign.proxy.request;

import io.countersign.proxy.body.Frames;
import io.countersign.proxy.body.SignedFrames;
import io.countersign.proxy.body.StreamedBody;
import io.countersign.proxy.body.UnsignedFrames;
import io.countersign.proxy.fields.AwsChunked;
import io.netty.buffer.ByteBufAllocator;

/** How bodies in frames of S3's own are read, and what memory that takes. */
final class FramedBodies {
    private FramedBodies() {}

    /**
     * The largest signed chunk that is held, in bytes.
     *
     * @param allowed by the process
     * @param budget bytes of all bodies together, which may have less room for one
     */
    static int maxChunk(int allowed, long budget) {
        return (int) Math.max(0, Math.min(allowed, budget - SignedFrames.window(0)));
    }

    /** Bytes that such a body holds at most. */
    static long window(AwsChunked.Framed plan, int maxChunk) {
        return plan.form().isSigned() ? SignedFrames.window(maxChunk) : UnsignedFrames.WINDOW;
    }

    /** The reader of its frames, which fills {@code body}. */
    static Frames frames(AwsChunked.Framed plan, StreamedBody body, ByteBufAllocator allocator, int maxChunk) {
        return plan.form().isSigned()
                ? new SignedFrames(body, plan.form(), plan.decodedLength(), plan.trailers(), allocator, maxChunk)
                : new UnsignedFrames(body, plan.decodedLength(), plan.trailers());
    }
}
