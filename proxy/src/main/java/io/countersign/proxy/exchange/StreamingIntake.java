package io.countersign.proxy.exchange;

import io.countersign.proxy.body.StreamedBody;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.route.Route;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;

/**
 * Lets the body through while it comes. The client is read only once the head has gone upstream, and no faster than the
 * upstream takes the bytes.
 *
 * <p>Until the head has gone, and from the body's last octet on, the exchange's own time runs. In between, each side has to
 * move within a time of its own: the client while it is read, the upstream while it is waited for.
 */
final class StreamingIntake extends Intake implements StreamedBody.Feed {
    /**
     * Slower than any client that really has something to upload. The place and the window that an upload takes have no size that a
     * pace could follow from.
     */
    private static final long LEAST_BYTES_PER_SECOND = 16 * 1024;

    private final StreamedBody body;
    private final Pace pace;
    private long received;
    private long began;
    private boolean headSent;
    private boolean ended;
    private boolean released;

    StreamingIntake(Exchange exchange, Route route, long length, PayloadPlan.Stream plan) {
        this(
                exchange,
                route,
                length,
                plan,
                reservation(length, exchange.services().bodies().limit()));
    }

    private StreamingIntake(Exchange exchange, Route route, long length, PayloadPlan.Stream plan, long reservation) {
        super(exchange, route, length, reservation, reservation);
        this.body = plan.checked()
                ? StreamedBody.checked(length, plan.hash(), this)
                : StreamedBody.unchecked(length, plan.hash(), this);
        this.pace = new Pace(
                exchange.client().deadline(),
                route.config().times(),
                () -> isMemoryWanted() || exchange.isPlaceWanted(),
                () -> exchange.answer(
                        LocalResponses.bodyTooSlow(route.config().times().bodyIdle(), received)),
                () -> exchange.answer(LocalResponses.gaveWay("its place", received)));
    }

    /** What is held at most; more than the whole budget would never be granted. */
    private static long reservation(long length, long budget) {
        return Math.min(length > 0 ? Math.min(length, StreamedBody.WINDOW) : StreamedBody.WINDOW, budget);
    }

    @Override
    void begin() {
        exchange.limit().run();
        exchange.forward(body);
        if (!headSent && !exchange.isOver()) {
            exchange.client().pauseReading();
        }
    }

    /** It claims all at once. */
    @Override
    void grown() {
        throw new IllegalStateException("a streamed body does not grow");
    }

    @Override
    void headSent() {
        if (!headSent) {
            headSent = true;
            began = exchange.now();
            exchange.sendContinue();
        }
        exchange.limit().stand();
        if (body.isSent()) {
            sent();
        } else if (ended || body.isFull()) {
            armStall();
        } else {
            pace.begin(LEAST_BYTES_PER_SECOND);
            exchange.client().resumeReading();
        }
    }

    @Override
    void piece(HttpContent content) {
        if (released) {
            // Answered already: what still comes is read to its end, and judged by nobody.
            return;
        }
        received += content.content().readableBytes();
        if (received > route.config().maxBody()) {
            exchange.answer(LocalResponses.bodyTooLarge(route.config().maxBody(), -1));
            return;
        }
        exchange.journal().requestBytes = received;
        if (content instanceof LastHttpContent) {
            ended = true;
            exchange.journal().bodyNanos = headSent ? exchange.now() - began : 0;
            if (!body.end(content.content())) {
                exchange.answer(LocalResponses.wrongHash());
            } else if (!body.isSent()) {
                armStall();
            }
            return;
        }
        body.add(content.content());
        if (body.isFull()) {
            exchange.client().pauseReading();
            armStall();
        } else if (ownsDeadline()) {
            pace.came(content.content().readableBytes());
        }
    }

    // These run in the upstream's events: a fault of ours is this exchange's, and must not be taken for one of the
    // upstream's.

    @Override
    public void wanted() {
        exchange.guard(() -> {
            if (!ended && ownsDeadline()) {
                pace.begin(LEAST_BYTES_PER_SECOND);
            }
            exchange.client().resumeReading();
        });
    }

    @Override
    public void moved() {
        exchange.guard(() -> {
            if (ended || body.isFull()) {
                armStall();
            }
        });
    }

    @Override
    public void sent() {
        exchange.guard(() -> {
            if (ownsDeadline()) {
                exchange.limit().run();
            }
            exchange.bodySent();
        });
    }

    /**
     * Not by the time that the answer may take: that can be an hour, and a client that goes while nothing is read from it is not
     * seen to go, so its place and memory would be held for that long.
     */
    private void armStall() {
        if (ownsDeadline()) {
            Duration idle = route.config().times().bodyIdle();
            exchange.client()
                    .deadline()
                    .arm(
                            idle.toNanos(),
                            () -> exchange.answer(
                                    LocalResponses.bodyStalled(route.upstream().toString(), idle, received)));
        }
    }

    /** Before the head has gone the exchange's time runs, and once a response is here, the response's. */
    private boolean ownsDeadline() {
        return headSent && !exchange.isOver() && !exchange.hasResponse();
    }

    /** What still comes is read and dropped, so that the client's end is noticed. */
    @Override
    void release() {
        released = true;
        body.release();
        super.release();
        exchange.client().resumeReading();
    }
}
