package io.countersign.proxy.upstream.http1;

import io.countersign.proxy.body.RequestBody;
import io.countersign.proxy.upstream.UpstreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/**
 * Writes one request: its head, then its body as fast as the connection takes it, in chunks where nobody knows its length.
 * Confined to its channel's event loop.
 */
final class RequestWriter {
    private final Channel channel;
    private final UpstreamRequest request;
    private final RequestBody body;
    private State state = State.WRITING;

    private enum State {
        WRITING,
        WRITTEN,

        /** The rest is not wanted, or cannot be sent. */
        STOPPED
    }

    RequestWriter(Channel channel, UpstreamRequest request) {
        this.channel = channel;
        this.request = request;
        this.body = request.body();
    }

    /** Writes the head, and of the body what is here and fits. */
    void begin() {
        body.sendTo(this::resume);
        ByteBuf head = RequestHead.encode(channel.alloc(), request);
        if (body.isWhole() && body.length() <= head.writableBytes()) {
            // One buffer for a small message: one TLS record, one copy.
            for (ByteBuf piece = body.next(); piece != null; piece = body.next()) {
                head.writeBytes(piece);
                piece.release();
            }
        }
        channel.write(head, channel.voidPromise());
        write();
        channel.flush();
    }

    /** The body has bytes again, or the connection takes some again. */
    void resume() {
        if (state == State.WRITING && channel.isWritable()) {
            write();
            channel.flush();
        }
    }

    /** Writes no more of the body. */
    void stop() {
        if (state == State.WRITING) {
            state = State.STOPPED;
        }
    }

    /** Whether a response may say that the protocol changes. */
    boolean asksToSwitch() {
        return request.asksToSwitch();
    }

    /** Whether all of the request has been written. */
    boolean isWritten() {
        return state == State.WRITTEN;
    }

    private void write() {
        boolean chunked = body.length() < 0;
        while (state == State.WRITING && channel.isWritable() && !body.isSent()) {
            ByteBuf piece = body.next();
            if (piece == null) {
                break;
            }
            channel.write(chunked ? Chunk.of(piece) : piece, channel.voidPromise());
            if (!channel.isWritable()) {
                channel.flush();
            }
        }
        if (state == State.WRITING && body.isSent()) {
            state = State.WRITTEN;
            if (chunked) {
                channel.write(Chunk.last(), channel.voidPromise());
            }
        }
    }
}
