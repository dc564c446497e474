package io.countersign.proxy.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/**
 * One direction of a tunnel: what is read from one channel is written to the other as it is. While that takes no more, the first is not
 * read, so that what lies between is bounded by a water mark and one read. Confined to the loop of both channels.
 */
final class Direction {
    private final Channel from;
    private final Channel to;
    private final boolean masked;
    private final FrameTracker frames;
    private long bytes;
    private boolean ended;
    private boolean all;
    private Ours ours = Ours.NONE;
    private ByteBuf close = Unpooled.EMPTY_BUFFER;

    /** What has become of a close frame of our own. */
    private enum Ours {
        NONE,
        /** It goes out as soon as the frame that is passing has ended. */
        DUE,
        /** It went out, and nothing may follow it. */
        SENT
    }

    /** @param masked whether frames that go this way have to be masked */
    Direction(Channel from, Channel to, boolean masked) {
        this.from = from;
        this.to = to;
        this.masked = masked;
        this.frames = new FrameTracker(masked);
    }

    /** Passes on what was read; <em>takes</em> it. */
    void came(ByteBuf piece) {
        assert from.eventLoop().inEventLoop();
        switch (ours) {
            case NONE -> {
                frames.follow(piece, false);
                write(piece);
            }
            case DUE -> passUpToBoundary(piece);
            case SENT -> drop(piece);
        }
    }

    private void passUpToBoundary(ByteBuf piece) {
        int passed = frames.follow(piece, true);
        write(piece.readRetainedSlice(passed));
        if (frames.isAtBoundary()) {
            sendClose();
        }
        if (!piece.isReadable()) {
            piece.release();
        } else if (ours == Ours.SENT) {
            drop(piece);
        } else {
            came(piece);
        }
    }

    /** It may be the answer to our close frame that went the other way. */
    private void drop(ByteBuf piece) {
        frames.follow(piece, false);
        piece.release();
    }

    private void write(ByteBuf piece) {
        bytes += piece.readableBytes();
        to.write(piece, to.voidPromise());
        if (!to.isWritable()) {
            to.flush();
            if (!to.isWritable()) {
                from.config().setAutoRead(false);
            }
        }
    }

    /** No more is here for now. */
    void flush() {
        to.flush();
    }

    /** The other end takes more again. */
    void resume() {
        if (!from.config().isAutoRead()) {
            from.config().setAutoRead(true);
        }
    }

    /** Puts a close frame between the frames, and ends what passes here; not where a side has closed already, or frames are lost. */
    void close(int code, String reason) {
        if (ours != Ours.NONE || frames.sawClose() || frames.isLost() || ended) {
            return;
        }
        ours = Ours.DUE;
        close = CloseFrame.of(code, reason, masked);
        if (frames.isAtBoundary()) {
            sendClose();
        }
    }

    private void sendClose() {
        if (frames.sawClose()) {
            // The frame that was passing was one itself.
            release();
            ours = Ours.NONE;
            return;
        }
        ours = Ours.SENT;
        to.writeAndFlush(close, to.voidPromise());
        close = Unpooled.EMPTY_BUFFER;
        // What still comes is dropped, and perhaps the answer is among it.
        resume();
    }

    /** Nothing more comes from here: says so to the other end once that has got all, and then runs {@code delivered}. */
    void end(Runnable delivered) {
        if (ended) {
            return;
        }
        ended = true;
        to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            endOutput();
            all = true;
            delivered.run();
        });
    }

    /** Whom it went to is gone. */
    void abandon() {
        ended = true;
        all = true;
    }

    private void endOutput() {
        SslHandler tls = to.pipeline().get(SslHandler.class);
        if (!to.isActive()) {
            return;
        }
        if (tls != null) {
            var unused = tls.closeOutbound();
        } else if (to instanceof DuplexChannel duplex && !duplex.isOutputShutdown()) {
            var unused = duplex.shutdownOutput();
        }
    }

    /** Lets go of what was not written. */
    void release() {
        close.release();
        close = Unpooled.EMPTY_BUFFER;
    }

    /** Whether its sender has ended, and the other end knows. */
    boolean isDelivered() {
        return all;
    }

    /** Whether nothing that matters can come any more. */
    boolean isOver() {
        return ended || frames.sawClose();
    }

    FrameTracker frames() {
        return frames;
    }

    /** Passed on so far. */
    long bytes() {
        return bytes;
    }
}
