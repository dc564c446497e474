package io.countersign.proxy.request;

import io.countersign.proxy.body.StreamedBody;
import io.countersign.proxy.local.LocalResponses;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;

/**
 * Lets the body through while it comes. The client is read only once the head has gone upstream, and no faster than the
 * upstream takes the bytes.
 *
 * <p>Until the head has gone, and from the body's last byte on, the exchange's own time runs. In between, each side has to
 * move within a time of its own: the client while it is read, the upstream while it is waited for.
 */
final class StreamingIntake extends BodyIntake implements StreamedBody.Feed {
    /**
     * Slower than any client that really has something to upload. The place and the window that an upload takes have no size that a
     * pace could follow from.
     */
    private static final long MIN_BYTES_PER_SECOND = 16 * 1024;

    private final StreamedBody body;
    private final Pace pace;
    private long received;
    private long began;
    private boolean headSent;
    private boolean ended;
    private boolean released;

    StreamingIntake(Terms terms, Listener listener, long length, PayloadPlan.Stream plan) {
        this(terms, listener, length, plan, reservation(length, terms.memory().limit()));
    }

    private StreamingIntake(Terms terms, Listener listener, long length, PayloadPlan.Stream plan, long reservation) {
        super(terms, listener, length, reservation, reservation);
        this.body = plan.checked()
                ? StreamedBody.checked(length, plan.hash(), this)
                : StreamedBody.unchecked(length, plan.hash(), this);
        this.pace = new Pace(
                route.config().delivery().timeouts(),
                () -> isMemoryWanted() || listener.isPlaceWanted(),
                () -> listener.answer(LocalResponses.bodyTooSlow(
                        route.config().delivery().timeouts().bodyIdle(), received)),
                () -> listener.answer(LocalResponses.gaveWay("its place", received)));
    }

    /** What is held at most; more than the whole budget would never be granted. */
    private static long reservation(long length, long budget) {
        return Math.min(length > 0 ? Math.min(length, StreamedBody.WINDOW) : StreamedBody.WINDOW, budget);
    }

    @Override
    void begin() {
        source.resumeOwnTime();
        listener.ready(body);
        if (!headSent && !source.isOver()) {
            source.pauseReading();
        }
    }

    /** It claims all at once. */
    @Override
    void grown() {
        throw new IllegalStateException("a streamed body does not grow");
    }

    @Override
    public void headSent() {
        if (!headSent) {
            headSent = true;
            began = now();
            source.sendContinue();
        }
        source.pauseOwnTime();
        if (body.isSent()) {
            sent();
        } else if (ended || body.isFull()) {
            armStall();
        } else {
            source.awaitBody(pace.begin(MIN_BYTES_PER_SECOND, now()));
            source.resumeReading();
        }
    }

    @Override
    void piece(HttpContent content) {
        if (released) {
            // Answered already: what still comes is read to its end, and judged by nobody.
            return;
        }
        received += content.content().readableBytes();
        if (received > route.config().conditions().maxBody()) {
            listener.answer(
                    LocalResponses.bodyTooLarge(route.config().conditions().maxBody(), -1));
            return;
        }
        source.received(received);
        if (content instanceof LastHttpContent) {
            ended = true;
            source.bodyTook(headSent ? now() - began : 0);
            if (!body.end(content.content())) {
                listener.answer(LocalResponses.wrongHash());
            } else if (!body.isSent()) {
                armStall();
            }
            return;
        }
        body.add(content.content());
        if (body.isFull()) {
            source.pauseReading();
            armStall();
        } else if (source.isWithinBody()) {
            came(content.content().readableBytes());
        }
    }

    private void came(int bytes) {
        if (pace.came(bytes, now())) {
            source.awaitBody(pace);
        }
    }

    // These run in the upstream's events: a fault of ours is this exchange's, and must not be taken for one of the
    // upstream's.

    @Override
    public void wanted() {
        source.guard(() -> {
            if (!ended && source.isWithinBody()) {
                source.awaitBody(pace.begin(MIN_BYTES_PER_SECOND, now()));
            }
            source.resumeReading();
        });
    }

    @Override
    public void moved() {
        source.guard(() -> {
            if (ended || body.isFull()) {
                armStall();
            }
        });
    }

    @Override
    public void sent() {
        source.guard(() -> {
            if (source.isWithinBody()) {
                source.resumeOwnTime();
            }
            listener.bodySent();
        });
    }

    /**
     * Not by the time that the answer may take: that can be an hour, and a client that goes while nothing is read from it is not
     * seen to go, so its place and memory would be held for that long.
     */
    private void armStall() {
        if (source.isWithinBody()) {
            Duration idle = route.config().delivery().timeouts().bodyIdle();
            source.awaitUpload(
                    idle,
                    () -> listener.answer(
                            LocalResponses.bodyStalled(route.upstream().toString(), idle, received)));
        }
    }

    /** What still comes is read and dropped, so that the client's end is noticed. */
    @Override
    public void release() {
        released = true;
        body.release();
        super.release();
        source.resumeReading();
    }
}
