package io.countersign.proxy.exchange;

import io.countersign.proxy.body.StreamedBody;
import io.countersign.proxy.exchange.ExchangeTimer.Phase;
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
    private static final long MIN_BYTES_PER_SECOND = 16 * 1024;

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
        exchange.timer().runOwn();
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
        exchange.timer().pauseOwn();
        if (body.isSent()) {
            sent();
        } else if (ended || body.isFull()) {
            armStall();
        } else {
            exchange.timer().awaitBody(pace.begin(MIN_BYTES_PER_SECOND, exchange.now()));
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
        exchange.trace().received(received);
        if (content instanceof LastHttpContent) {
            ended = true;
            exchange.trace().bodyTook(headSent ? exchange.now() - began : 0);
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
        } else if (exchange.timer().isWithinBody()) {
            came(content.content().readableBytes());
        }
    }

    private void came(int bytes) {
        if (pace.came(bytes, exchange.now())) {
            exchange.timer().awaitBody(pace);
        }
    }

    // These run in the upstream's events: a fault of ours is this exchange's, and must not be taken for one of the
    // upstream's.

    @Override
    public void wanted() {
        exchange.guard(() -> {
            if (!ended && exchange.timer().isWithinBody()) {
                exchange.timer().awaitBody(pace.begin(MIN_BYTES_PER_SECOND, exchange.now()));
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
            if (exchange.timer().isWithinBody()) {
                exchange.timer().runOwn();
            }
            exchange.bodySent();
        });
    }

    /**
     * Not by the time that the answer may take: that can be an hour, and a client that goes while nothing is read from it is not
     * seen to go, so its place and memory would be held for that long.
     */
    private void armStall() {
        if (exchange.timer().isWithinBody()) {
            Duration idle = route.config().times().bodyIdle();
            exchange.timer()
                    .enter(
                            Phase.UPLOAD,
                            idle,
                            () -> exchange.answer(
                                    LocalResponses.bodyStalled(route.upstream().toString(), idle, received)));
        }
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
