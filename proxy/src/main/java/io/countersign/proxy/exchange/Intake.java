package io.countersign.proxy.exchange;

import io.countersign.proxy.body.Budget;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.wire.DecodeFault;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * How one request's body comes in: first its part of the memory that all bodies share, then the octets, collected or streamed.
 */
abstract sealed class Intake permits CollectingIntake, StreamingIntake {
    final Exchange exchange;
    final Route route;
    final long length;
    private final long reservation;
    private Budget.Claim claim;
    private long waitBegan;

    /**
     * @param length announced; -1 for a chunked body
     * @param reservation octets of memory that it takes
     */
    Intake(Exchange exchange, Route route, long length, long reservation) {
        this.exchange = exchange;
        this.route = route;
        this.length = length;
        this.reservation = reservation;
    }

    /** The intake that the route, and what the head says of its body, ask for. */
    static Intake of(Exchange exchange, Route route, long length, HttpHeaders fields) {
        PayloadPlan plan = PayloadPlan.of(length, fields, route.config().signing());
        return plan instanceof PayloadPlan.Stream stream
                ? new StreamingIntake(exchange, route, length, stream)
                : new CollectingIntake(exchange, route, length, ((PayloadPlan.Collect) plan).hash());
    }

    /** Claims the memory, and begins once it is there. */
    final void admit() {
        waitBegan = exchange.now();
        if (reservation == 0) {
            granted();
            return;
        }
        Budget bodies = exchange.services().bodies();
        if (reservation > bodies.limit()) {
            // The limits were raised, and the memory is allotted at start: no fault of the agent's.
            exchange.answer(Answers.overBudget("a body of " + reservation + " octets", bodies.limit()));
            return;
        }
        claim = bodies.claim(reservation, exchange.channel().eventLoop(), this::granted);
        if (claim.isHeld()) {
            granted();
        } else {
            exchange.client().pauseReading();
            exchange.limit().run();
        }
    }

    private void granted() {
        if (exchange.isOver()) {
            return;
        }
        exchange.journal().waitNanos = Journal.plus(exchange.journal().waitNanos, exchange.now() - waitBegan);
        begin();
    }

    /** The memory is there. */
    abstract void begin();

    /** A sound piece, the last one included. <em>Borrows</em> it. */
    abstract void piece(HttpContent content);

    /** The request's head has gone upstream, and its body may follow. */
    void headSent() {}

    /** A piece of the body, as the decoder has it. <em>Borrows</em> it. */
    final void content(HttpContent content) {
        if (content.decoderResult().isSuccess()) {
            piece(content);
        } else {
            exchange.client().requestBroken();
            exchange.answer(broken(content.decoderResult().cause()));
        }
    }

    private Answer broken(Throwable cause) {
        DecodeFault.Kind kind = cause instanceof DecodeFault fault ? fault.kind() : DecodeFault.Kind.INTERNAL;
        return switch (kind) {
            case BODY_TOO_LARGE -> Answers.bodyTooLarge(route.config().maxBody(), -1);
            case INTERNAL -> Answers.internal();
            default -> Answers.malformed("the request body is malformed: " + cause.getMessage());
        };
    }

    final void armIdle(long received) {
        exchange.client()
                .deadline()
                .arm(
                        route.config().times().bodyIdle().toNanos(),
                        () -> exchange.answer(
                                Answers.bodyTooSlow(route.config().times().bodyIdle(), received)));
    }

    /** No attempt can follow that would need the body; a second call does nothing. */
    void release() {
        if (claim != null) {
            claim.release();
        }
    }
}
