package io.countersign.proxy.exchange;

import io.countersign.proxy.body.BodyCollector;
import io.countersign.proxy.body.CollectedBody;
import io.countersign.proxy.config.PayloadMode;
import io.countersign.proxy.route.Route;
import io.countersign.sigv4.PayloadHash;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.TimeUnit;

/** Takes the whole body in before anything goes upstream: its hash stands in the head, and it can be sent twice. */
final class CollectingIntake extends Intake {
    /** Slower than any link that an agent on this host has. */
    private static final long LEAST_OCTETS_PER_SECOND = 1024;

    private final String knownHash;
    private final long most;
    private BodyCollector collector;
    private CollectedBody body;
    private long began;

    /** @param knownHash what to sign; null when it is the body's own hash */
    CollectingIntake(Exchange exchange, Route route, long length, String knownHash) {
        // A chunked body reserves all it may become: exchanges that each held a part would wait for each other for
        // ever.
        super(exchange, route, length, length >= 0 ? length : most(exchange, route));
        this.knownHash = knownHash;
        this.most = most(exchange, route);
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
        exchange.limit().stand();
        began = exchange.now();
        collector = new BodyCollector(
                exchange.channel().alloc(), knownHash == null ? new PayloadHash() : null, length, most);
        if (length != 0) {
            exchange.sendContinue();
            armIdle(0);
        }
        exchange.client().resumeReading();
    }

    @Override
    void piece(HttpContent content) {
        if (collector == null) {
            return;
        }
        if (!collector.add(content.content())) {
            exchange.answer(Answers.bodyTooLarge(most, -1));
            return;
        }
        exchange.journal().requestBytes = collector.length();
        if (content instanceof LastHttpContent) {
            complete();
        } else if (hoards()) {
            exchange.answer(Answers.bodyTooSlow(route.config().times().bodyIdle(), collector.length()));
        } else {
            armIdle(collector.length());
        }
    }

    /** Whether others wait for memory while this body drips in: each octet in time, and yet hardly any. */
    private boolean hoards() {
        long over = exchange.now() - began - route.config().times().bodyIdle().toNanos();
        return over > 0
                && exchange.services().bodies().waiting() > 0
                && collector.length() < LEAST_OCTETS_PER_SECOND * TimeUnit.NANOSECONDS.toSeconds(over);
    }

    private void complete() {
        exchange.journal().bodyNanos = exchange.now() - began;
        body = collector.finish(knownHash);
        collector = null;
        exchange.limit().run();
        exchange.forward(body);
    }

    @Override
    void release() {
        if (collector != null) {
            collector.discard();
            collector = null;
        }
        if (body != null) {
            body.release();
        }
        super.release();
    }
}
