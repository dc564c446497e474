package io.countersign.proxy.telemetry;

import io.countersign.proxy.upstream.ResponseListener;
import io.countersign.proxy.upstream.UpstreamFault;
import io.countersign.proxy.upstream.UpstreamStream;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Takes the response to one push, of which the status alone counts. Confined to its loop.
 *
 * <p>What it comes to is empty for a success, else why there was none.
 */
final class PushCall implements ResponseListener {
    /** A response of more is not read to its end. */
    private static final int MAX_BODY = 64 * 1024;

    private final CompletableFuture<Optional<String>> outcome;
    private UpstreamStream stream;
    private int status;
    private int read;

    PushCall(CompletableFuture<Optional<String>> outcome) {
        this.outcome = outcome;
    }

    /** To be called before the request is sent. */
    void on(UpstreamStream own) {
        stream = own;
    }

    @Override
    public void head(HttpResponse head) {
        status = head.status().code();
    }

    @Override
    public void content(ByteBuf piece) {
        read += piece.readableBytes();
        piece.release();
        if (read > MAX_BODY) {
            end("the response to " + status + " has no end");
        }
    }

    @Override
    public void pause() {
        // What comes is let go of at once.
    }

    @Override
    public void complete() {
        outcome.complete(
                status >= 200 && status < 300 ? Optional.empty() : Optional.of("the upstream answered " + status));
    }

    @Override
    public void failed(UpstreamFault fault) {
        outcome.complete(Optional.of(fault.detail()));
    }

    /** Ends it; does nothing once it has ended. */
    void end(String why) {
        if (outcome.complete(Optional.of(why)) && stream != null) {
            stream.abandon();
        }
    }
}
