package io.countersign.proxy.exchange;

import io.countersign.proxy.aws.PayloadMode;
import io.countersign.proxy.body.BodyCollector;
import io.countersign.proxy.body.CollectedBody;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.route.Route;
import io.countersign.sigv4.PayloadHash;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;

/** Takes the whole body in before anything goes upstream: its hash stands in the head, and it can be sent twice. */
final class CollectingIntake extends Intake {
    private final String knownHash;
    private final long most;
    private final long first;
    private final Pace pace;
    private BodyCollector collector;
    private CollectedBody body;
    private long reserved;
    private long began;

    /** What has come and waits for more memory; retained. */
    private HttpContent pending;

    /** @param knownHash what to sign; null when it is the body's own hash */
    CollectingIntake(Exchange exchange, Route route, long length, String knownHash) {
        this(exchange, route, length, knownHash, most(exchange, route));
    }

    private CollectingIntake(Exchange exchange, Route route, long length, String knownHash, long most) {
        this(
                exchange,
                route,
                length,
                knownHash,
                most,
                length >= 0 ? length : exchange.services().bodies().firstPart(most));
    }

    private CollectingIntake(Exchange exchange, Route route, long length, String knownHash, long most, long first) {
        super(exchange, route, length, first, length >= 0 ? length : most);
        this.knownHash = knownHash;
        this.most = most;
        this.first = first;
        this.pace = new Pace(
                route.config().times(),
                this::isMemoryWanted,
                () -> exchange.answer(
                        LocalResponses.bodyTooSlow(route.config().times().bodyIdle(), received())),
                () -> exchange.answer(LocalResponses.gaveWay("memory", received())));
    }

    /** A limit that is meant for bodies that stream says nothing about memory. */
    private static long most(Exchange exchange, Route route) {
        boolean streams = route.config()
                .signing()
                .filter(s -> s.payload() == PayloadMode.UNSIGNED)
                .isPresent();
        long most = route.config().maxBody();
        return streams ? Math.min(most, exchange.mostCollected()) : most;
    }

    @Override
    void begin() {
        exchange.timer().pauseOwn();
        began = exchange.now();
        reserved = first;
        collector = new BodyCollector(
                exchange.channel().alloc(), knownHash == null ? new PayloadHash() : null, length >= 0, reserved);
        if (length != 0) {
            exchange.sendContinue();
            exchange.timer().awaitBody(pace.begin(minPace(), exchange.now()));
        }
        exchange.client().resumeReading();
    }

    /** While others wait, what is reserved has to be used within the time that a request has. */
    private double minPace() {
        return reserved * 1000.0 / route.config().times().exchange().toMillis();
    }

    @Override
    void piece(HttpContent content) {
        if (collector == null) {
            return;
        }
        int bytes = content.content().readableBytes();
        if (collector.length() + bytes > most) {
            exchange.answer(LocalResponses.bodyTooLarge(most, -1));
        } else if (collector.fits(bytes)) {
            take(content);
        } else {
            pending = content.retain();
            reserved = exchange.services().bodies().nextPart(collector.length() + bytes, most);
            grow(reserved);
        }
    }

    @Override
    void grown() {
        exchange.timer().pauseOwn();
        collector.reserve(reserved);
        HttpContent content = pending;
        pending = null;
        try {
            exchange.timer().awaitBody(pace.begin(minPace(), exchange.now()));
            take(content);
        } finally {
            content.release();
        }
        if (body == null && !exchange.isOver()) {
            exchange.client().resumeReading();
        }
    }

    private void take(HttpContent content) {
        collector.add(content.content());
        exchange.trace().received(collector.length());
        if (content instanceof LastHttpContent) {
            complete();
        } else {
            came(content.content().readableBytes());
        }
    }

    private void came(int bytes) {
        if (pace.came(bytes, exchange.now())) {
            exchange.timer().awaitBody(pace);
        }
    }

    private void complete() {
        exchange.trace().bodyTook(exchange.now() - began);
        if (length < 0) {
            shrinkTo(collector.held());
        }
        body = collector.finish(knownHash);
        collector = null;
        exchange.timer().runOwn();
        exchange.forward(body);
    }

    private long received() {
        return collector == null ? 0 : collector.length();
    }

    @Override
    void release() {
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
