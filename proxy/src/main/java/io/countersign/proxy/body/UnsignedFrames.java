package io.countersign.proxy.body;

import io.countersign.sigv4.StreamingPayload;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * Frames without signatures, passed on byte for byte as they come. What ends a chunk is withheld until it is clear that another one
 * follows; so the end of the last one is withheld until all is sound.
 */
public final class UnsignedFrames extends Frames {
    /** The most memory that such a body holds: what any streamed one does, and the piece that ends a chunk. */
    public static final int WINDOW = StreamedBody.WINDOW + StreamedBody.READ;

    private final ArrayDeque<ByteBuf> withheld = new ArrayDeque<>();

    /** Up to where the piece that is being read may go on; -1 for not at all. */
    private int passed = -1;

    /**
     * @param body takes what may go on
     * @param decodedLength bytes of the object
     * @param trailers names in lower case
     */
    public UnsignedFrames(StreamedBody body, long decodedLength, List<String> trailers) {
        super(body);
        readBy(new FrameParser(StreamingPayload.UNSIGNED_TRAILER, decodedLength, trailers, new Passing()));
    }

    @Override
    void read(ByteBuf piece) {
        int from = piece.readerIndex();
        if (passed >= 0) {
            passWithheld();
            body.put(copy(piece, from, passed), null);
            from = passed;
            passed = -1;
        }
        if (from < piece.writerIndex()) {
            withheld.add(copy(piece, from, piece.writerIndex()));
        }
    }

    @Override
    void complete(ByteBuf last) {
        passWithheld();
        body.put(copy(last, last.readerIndex(), last.writerIndex()), null);
    }

    private void passWithheld() {
        for (ByteBuf part = withheld.poll(); part != null; part = withheld.poll()) {
            body.put(part, null);
        }
    }

    private static ByteBuf copy(ByteBuf piece, int from, int to) {
        return piece.alloc().heapBuffer(to - from, Math.max(to - from, 1)).writeBytes(piece, from, to - from);
    }

    /** A chunk of any size goes on as it comes. */
    @Override
    public boolean isFirstChunkKnown() {
        return true;
    }

    @Override
    public void release() {
        withheld.forEach(ByteBuf::release);
        withheld.clear();
    }

    private final class Passing implements FrameParser.Events {
        @Override
        public Optional<FrameFault> head(String line, long size, int end) {
            if (size > 0) {
                passed = end;
            }
            return Optional.empty();
        }

        @Override
        public void data(ByteBuf piece, int from, int length, boolean last) {
            passed = last ? passed : from + length;
        }

        @Override
        public void trailer(String line) {}

        @Override
        public void trailerSignature(String line) {}
    }
}
