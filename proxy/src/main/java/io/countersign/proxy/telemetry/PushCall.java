package io.countersign.proxy.telemetry;

import io.countersign.proxy.upstream.Acquired;
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

    private final PushWays ways;
    private final CompletableFuture<Optional<String>> outcome;
    private UpstreamStream stream;
    private boolean pooled;
    private int status;
    private int read;

    PushCall(PushWays ways, CompletableFuture<Optional<String>> outcome) {
        this.ways = ways;
        this.outcome = outcome;
    }

    /** The upstreams that it may go to. */
    PushWays ways() {
        return ways;
    }

    /** @param cancel ends the wait for a connection once nobody needs it any more */
    void waits(Runnable cancel) {
        outcome.whenComplete((done, none) -> cancel.run());
    }

    /** Whether nothing is to be done for it any more. */
    boolean isOver() {
        return outcome.isDone();
    }

    /**
     * To be called before the request is sent. False, and the connection given back, where it is over: one may come between the deadline and the
     * moment at which it is no longer waited for.
     */
    boolean takes(Acquired.Got own) {
        if (isOver()) {
            own.stream().giveBack();
            return false;
        }
        stream = own.stream();
        pooled = own.pooled();
        return true;
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
        ways.responded(status);
        finish(status >= 200 && status < 300 ? Optional.empty() : Optional.of("the upstream answered " + status));
    }

    @Override
    public void failed(UpstreamFault fault) {
        // A connection that was idle may have been closed at that very moment, as upstreams do.
        if (!pooled) {
            ways.broke(fault);
        }
        finish(Optional.of(fault.detail()));
    }

    /** There was no response in time. */
    void outOfTime(String why) {
        ways.outOfTime(stream != null);
        end(why);
    }

    /** Ends it; does nothing once it has ended. */
    void end(String why) {
        if (finish(Optional.of(why)) && stream != null) {
            stream.abandon();
        }
    }

    private boolean finish(Optional<String> why) {
        ways.end();
        return outcome.complete(why);
    }
}
