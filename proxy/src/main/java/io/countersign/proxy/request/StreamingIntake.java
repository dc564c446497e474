package io.countersign.proxy.request;

import io.countersign.proxy.body.StreamedBody;
import io.countersign.proxy.fields.AwsChunked;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

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
    private final Passage passage;
    private final Pace pace;
    private long received;
    private long began;

    private boolean continued;
    private Head head = Head.AWAITS_BODY;
    private boolean ended;
    private boolean released;

    /** How far the request's head has come. */
    private enum Head {
        /** Some of the body has to come first, unless the passage is open from the beginning. */
        AWAITS_BODY,
        READY,
        SENT
    }

    private StreamingIntake(
            Terms terms,
            Listener listener,
            long length,
            long window,
            Function<StreamedBody.Feed, StreamedBody> body,
            Function<StreamedBody, Passage> passage) {
        super(terms, listener, length, reservation(length, window, terms), reservation(length, window, terms));
        this.body = body.apply(this);
        this.passage = passage.apply(this.body);
        this.pace = new Pace(
                route.config().delivery().timeouts(),
                () -> isMemoryWanted() || listener.isPlaceWanted(),
                () -> listener.answer(LocalResponses.bodyTooSlow(
                        route.config().delivery().timeouts().bodyIdle(), received)),
                () -> listener.answer(LocalResponses.gaveWay("its place", received)));
    }

    static StreamingIntake direct(Terms terms, Listener listener, long length, PayloadPlan.Stream plan) {
        return new StreamingIntake(
                terms,
                listener,
                length,
                StreamedBody.WINDOW,
                feed -> plan.checked()
                        ? StreamedBody.checked(length, plan.hash(), feed)
                        : StreamedBody.unchecked(length, plan.hash(), feed),
                Passage.Direct::new);
    }

    /** In frames of S3's own. */
    static StreamingIntake framed(Terms terms, Listener listener, long length, AwsChunked.Framed plan) {
        int maxChunk =
                FramedBodies.maxChunk(terms.sizes().maxChunk(), terms.memory().limit());
        return new StreamingIntake(
                terms,
                listener,
                length,
                FramedBodies.window(plan, maxChunk),
                feed -> StreamedBody.unchecked(length, plan.form().value(), feed),
                body -> new Passage.Framed(FramedBodies.frames(plan, body, terms.allocator(), maxChunk), maxChunk));
    }

    /** What is held at most; more than the whole budget would never be granted. */
    private static long reservation(long length, long window, Terms terms) {
        return Math.min(
                length > 0 ? Math.min(length, window) : window, terms.memory().limit());
    }

    @Override
    void begin() {
        if (passage.isOpen()) {
            open();
            return;
        }
        source.pauseOwnTime();
        began = now();
        askForBody();
        source.awaitBody(pace.begin(MIN_BYTES_PER_SECOND, now()));
        source.resumeReading();
    }

    /** The request may go upstream. */
    private void open() {
        head = Head.READY;
        source.resumeOwnTime();
        listener.ready(body);
        if (head != Head.SENT && !ended && !source.isOver()) {
            source.pauseReading();
        }
    }

    private void askForBody() {
        if (!continued) {
            continued = true;
            source.sendContinue();
        }
    }

    /** It claims all at once. */
    @Override
    void grown() {
        throw new IllegalStateException("a streamed body does not grow");
    }

    @Override
    public void headSent() {
        if (head != Head.SENT) {
            head = Head.SENT;
            began = continued ? began : now();
            askForBody();
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
            last(content.content());
        } else {
            take(content.content());
        }
    }

    private void last(ByteBuf piece) {
        ended = true;
        source.bodyTook(began == 0 ? 0 : now() - began);
        Optional<LocalResponse> fault = passage.end(piece);
        if (fault.isPresent()) {
            listener.answer(fault.get());
        } else if (head == Head.AWAITS_BODY) {
            open();
        } else if (!body.isSent()) {
            armStall();
        }
    }

    private void take(ByteBuf piece) {
        Optional<LocalResponse> fault = passage.add(piece);
        if (fault.isPresent()) {
            listener.answer(fault.get());
        } else if (head == Head.AWAITS_BODY) {
            if (passage.isOpen()) {
                open();
            } else {
                came(piece.readableBytes());
            }
        } else if (body.isFull()) {
            source.pauseReading();
            armStall();
        } else if (source.isWithinBody()) {
            came(piece.readableBytes());
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
        passage.release();
        body.release();
        super.release();
        source.resumeReading();
    }
}
