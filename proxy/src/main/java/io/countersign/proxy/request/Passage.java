package io.countersign.proxy.request;

import io.countersign.proxy.body.FrameFault;
import io.countersign.proxy.body.Frames;
import io.countersign.proxy.body.StreamedBody;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.local.UploadResponses;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** What the pieces of a streamed body go through on their way into its queue. Confined to the exchange's event loop. */
sealed interface Passage {
    /** Whether the request's head may go upstream already. */
    boolean isOpen();

    /** Takes in a piece that is not the last, or says why not. <em>Borrows</em> it. */
    Optional<LocalResponse> add(ByteBuf piece);

    /** Takes in the last piece, or says why not: then the body's end is not handed on. <em>Borrows</em> it. */
    Optional<LocalResponse> end(ByteBuf last);

    /** Lets go of what is withheld; a second call does nothing. */
    void release();

    /** Straight in. */
    record Direct(StreamedBody body) implements Passage {
        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public Optional<LocalResponse> add(ByteBuf piece) {
            body.add(piece);
            return Optional.empty();
        }

        @Override
        public Optional<LocalResponse> end(ByteBuf last) {
            return body.end(last) ? Optional.empty() : Optional.of(LocalResponses.wrongHash());
        }

        @Override
        public void release() {}
    }

    /**
     * Through frames, which are read.
     *
     * @param maxChunk the largest chunk that is held, bytes
     */
    record Framed(Frames frames, int maxChunk) implements Passage {
        /** Only then: what cannot be signed is better refused before anything is sent. */
        @Override
        public boolean isOpen() {
            return frames.isFirstChunkKnown();
        }

        @Override
        public Optional<LocalResponse> add(ByteBuf piece) {
            return frames.add(piece).map(this::response);
        }

        @Override
        public Optional<LocalResponse> end(ByteBuf last) {
            return frames.end(last).map(this::response);
        }

        private LocalResponse response(FrameFault fault) {
            return switch (fault.kind()) {
                case MALFORMED -> LocalResponses.malformed(fault.detail());
                case CHUNK_TOO_LARGE -> UploadResponses.chunkTooLarge(fault.detail(), maxChunk);
            };
        }

        @Override
        public void release() {
            frames.release();
        }
    }
}
