package io.countersign.proxy.response;

import io.netty.channel.Channel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Takes a response that lasts out of its place. A place is for requests and their responses, not for streams that last: whoever
 * waits for one does not wait for the end of an event stream, or for a client that takes its response little by little. Such
 * responses are counted by themselves, and hold less. Confined to the exchange's event loop.
 */
final class LastingResponse {
    /** Between these a response that lasts waits for its client. */
    static final WriteBufferWaterMark MARK = new WriteBufferWaterMark(8 * 1024, 16 * 1024);

    private final ResponseContext context;
    private final Channel client;
    private final long shortNanos;
    private final Relayed relayed;

    /** The channel's own, while this lasts. */
    private Optional<WriteBufferWaterMark> usualMark = Optional.empty();

    private Optional<Future<?>> look = Optional.empty();
    private long relayedBefore;

    /** The response that may last. */
    interface Relayed {
        /** Whether more of it is to come. */
        boolean goesOn();

        /** Bytes of its body so far. */
        long bytes();

        /** Others wait for its place, and it has not moved for a while. */
        void stuck(long millis);
    }

    LastingResponse(ResponseContext context, Relayed relayed) {
        this.context = context;
        this.client = context.client().channel();
        this.shortNanos = context.route().times().await().toNanos() / 2;
        this.relayed = relayed;
    }

    /** Goes on without a place; false when too many do already. */
    boolean begin() {
        assert client.eventLoop().inEventLoop();
        if (!context.place().leaveToLast()) {
            return false;
        }
        usualMark = Optional.of(client.config().getWriteBufferWaterMark());
        client.config().setWriteBufferWaterMark(MARK);
        return true;
    }

    /** Whether it goes on without a place. */
    boolean hasBegun() {
        return usualMark.isPresent();
    }

    /** Looks after a while whether the response has turned out to last. */
    void watch() {
        assert client.eventLoop().inEventLoop();
        look = Optional.of(client.eventLoop()
                .schedule(context.client().guarded(this::outlasts), shortNanos, TimeUnit.NANOSECONDS));
    }

    /** Where too many last already, it keeps its place for as long as it moves. */
    private void outlasts() {
        if (!relayed.goesOn() || begin()) {
            return;
        }
        if (context.place().isWanted() && relayedBefore == relayed.bytes()) {
            relayed.stuck(TimeUnit.NANOSECONDS.toMillis(shortNanos));
        } else {
            relayedBefore = relayed.bytes();
            watch();
        }
    }

    /** The exchange is over; a second call does nothing. */
    void release() {
        look.ifPresent(task -> task.cancel(false));
        usualMark.ifPresent(client.config()::setWriteBufferWaterMark);
    }
}
