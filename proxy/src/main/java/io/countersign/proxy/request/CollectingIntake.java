package io.countersign.proxy.request;

import io.countersign.proxy.aws.PayloadMode;
import io.countersign.proxy.body.BodyCollector;
import io.countersign.proxy.body.CollectedBody;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.sigv4.PayloadHash;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;

/** Takes the whole body in before anything goes upstream: its hash stands in the head, and it can be sent twice. */
final class CollectingIntake extends BodyIntake {
    private final String knownHash;
    private final long max;
    private final long first;
    private final Pace pace;
    private BodyCollector collector;
    private CollectedBody body;
    private long reserved;
    private long began;

    /** What has come and waits for more memory; retained. */
    private HttpContent pending;

    /** @param knownHash what to sign; null when it is the body's own hash */
    CollectingIntake(Terms terms, Listener listener, long length, String knownHash) {
        this(terms, listener, length, knownHash, max(terms));
    }

    private CollectingIntake(Terms terms, Listener listener, long length, String knownHash, long max) {
        this(
                terms,
                listener,
                length,
                knownHash,
                max,
                length >= 0 ? length : terms.memory().firstPart(max));
    }

    private CollectingIntake(Terms terms, Listener listener, long length, String knownHash, long max, long first) {
        super(terms, listener, length, first, length >= 0 ? length : max);
        this.knownHash = knownHash;
        this.max = max;
        this.first = first;
        this.pace = new Pace(
                route.config().delivery().timeouts(),
                this::isMemoryWanted,
                () -> listener.answer(LocalResponses.bodyTooSlow(
                        route.config().delivery().timeouts().bodyIdle(), received())),
                () -> listener.answer(LocalResponses.gaveWay("memory", received())));
    }

    /** A limit that is meant for bodies that stream says nothing about memory. */
    private static long max(Terms terms) {
        boolean streams = terms.route()
                .config()
                .signing()
                .filter(s -> s.payload() == PayloadMode.UNSIGNED)
                .isPresent();
        long max = terms.route().config().conditions().maxBody();
        return streams ? Math.min(max, terms.sizes().maxCollected()) : max;
    }

    @Override
    void begin() {
        source.pauseOwnTime();
        began = now();
        reserved = first;
        collector = new BodyCollector(
                terms.allocator(), knownHash == null ? new PayloadHash() : null, length >= 0, reserved);
        if (length != 0) {
            source.sendContinue();
            source.awaitBody(pace.begin(minPace(), now()));
        }
        source.resumeReading();
    }

    /** While others wait, what is reserved has to be used within the time that a request has. */
    private double minPace() {
        return reserved
                * 1000.0
                / route.config().delivery().timeouts().exchange().toMillis();
    }

    @Override
    void piece(HttpContent content) {
        if (collector == null) {
            return;
        }
        int bytes = content.content().readableBytes();
        if (collector.length() + bytes > max) {
            listener.answer(LocalResponses.bodyTooLarge(max, -1));
        } else if (collector.fits(bytes)) {
            take(content);
        } else {
            pending = content.retain();
            reserved = terms.memory().nextPart(collector.length() + bytes, max);
            grow(reserved);
        }
    }

    @Override
    void grown() {
        source.pauseOwnTime();
        collector.reserve(reserved);
        HttpContent content = pending;
        pending = null;
        try {
            source.awaitBody(pace.begin(minPace(), now()));
            take(content);
        } finally {
            content.release();
        }
        if (body == null && !source.isOver()) {
            source.resumeReading();
        }
    }

    private void take(HttpContent content) {
        collector.add(content.content());
        source.received(collector.length());
        if (content instanceof LastHttpContent) {
            complete();
        } else {
            came(content.content().readableBytes());
        }
    }

    private void came(int bytes) {
        if (pace.came(bytes, now())) {
            source.awaitBody(pace);
        }
    }

    private void complete() {
        source.bodyTook(now() - began);
        if (length < 0) {
            shrinkTo(collector.held());
        }
        body = collector.finish(knownHash);
        collector = null;
        source.resumeOwnTime();
        listener.ready(body);
    }

    private long received() {
        return collector == null ? 0 : collector.length();
    }

    @Override
    public void release() {
        if (collector != null) {
            collector.discard();
            collector = null;
        }
        if (pending != null) {
            pending.release();
            pending = null;
        }
        if (body != null) {
            body.release();
        }
        super.release();
    }
}
