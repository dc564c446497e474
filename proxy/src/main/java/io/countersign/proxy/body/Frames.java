package io.countersign.proxy.body;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * The frames of an {@code aws-chunked} body on their way into the queue of a {@link StreamedBody}: read strictly, and never handed on
 * as a whole unless all of it is what the request's head says. Confined to one event loop.
 */
public abstract sealed class Frames permits UnsignedFrames, SignedFrames {
    final StreamedBody body;
    private FrameParser parser;

    Frames(StreamedBody body) {
        this.body = body;
    }

    final void readBy(FrameParser reader) {
        parser = reader;
    }

    /**
     * Takes in a piece that is not the last. <em>Borrows</em> it.
     *
     * @return why the body is of no use
     */
    public Optional<FrameFault> add(ByteBuf piece) {
        Optional<FrameFault> fault = parser.read(piece);
        if (fault.isEmpty()) {
            read(piece);
            body.added();
        }
        return fault;
    }

    /**
     * Takes in the last piece, empty or not. <em>Borrows</em> it.
     *
     * @return why the body is of no use; its end is not handed on then
     */
    public Optional<FrameFault> end(ByteBuf last) {
        Optional<FrameFault> fault = parser.read(last);
        if (fault.isEmpty() && !parser.isComplete()) {
            fault = Optional.of(FrameFault.malformed("the aws-chunked body ends before its last frame does"));
        }
        if (fault.isEmpty()) {
            complete(last);
            body.end(last.slice(last.writerIndex(), 0));
        }
        return fault;
    }

    /** A sound piece has been read, and more is to follow. <em>Borrows</em> it. */
    abstract void read(ByteBuf piece);

    /** The last piece has been read, and all is sound. <em>Borrows</em> it. */
    abstract void complete(ByteBuf last);

    /** Whether so much has come that it is clear that the first chunk can be taken. */
    public abstract boolean isFirstChunkKnown();

    /** Lets go of what is withheld; a second call does nothing. */
    public abstract void release();
}
