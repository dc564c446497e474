package io.countersign.proxy.exchange;

import io.countersign.proxy.limit.Ask;
import io.countersign.proxy.limit.Budget;
import io.countersign.proxy.limit.Claimed;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.wire.DecodeFault;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * How one request's body comes in: first its part of the memory that all bodies share, then the bytes, collected or streamed.
 */
abstract sealed class Intake permits CollectingIntake, StreamingIntake {
    private static final String WHAT = "memory for its body";

    final Exchange exchange;
    final Route route;
    final long length;
    private final long reservation;
    private final long max;
    private Budget.Claim claim;
    private long waitBegan;

    /**
     * @param length announced; -1 for a chunked body
     * @param reservation bytes of memory that it takes at first
     * @param max bytes of memory that it may take later on
     */
    Intake(Exchange exchange, Route route, long length, long reservation, long max) {
        this.exchange = exchange;
        this.route = route;
        this.length = length;
        this.reservation = reservation;
        this.max = max;
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
        if (reservation == 0) {
            exchange.trace().waited(0);
            begin();
            return;
        }
        Budget bodies = exchange.services().bodies();
        if (max > bodies.limit()) {
            // The limits were raised, and the memory is allotted at start: no fault of the agent's.
            exchange.answer(LocalResponses.overBudget("a body of " + max + " bytes", bodies.limit()));
            return;
        }
        claim = bodies.claim(
                new Ask(route.name(), exchange.hasOtherRoutes(), reservation, max),
                exchange.channel().eventLoop());
        waitBegan = exchange.now();
        act(claim.begin(exchange.guarded(this::waited)), this::begin);
    }

    /** Claims memory for so many bytes in all, and goes on with {@link #grown} once it is there. */
    final void grow(long total) {
        waitBegan = exchange.now();
        act(claim.growTo(total, exchange.guarded(this::waitedToGrow)), this::grown);
    }

    private void act(Claimed decision, Runnable granted) {
        switch (decision) {
            case GRANTED -> {
                exchange.trace().waited(0);
                granted.run();
            }
            case WAITING -> {
                exchange.client().pauseReading();
                exchange.awaitTurn(WHAT);
            }
            case REFUSED -> exchange.answer(LocalResponses.tooManyWait(WHAT));
        }
    }

    private void waited() {
        noteWait();
        begin();
    }

    private void waitedToGrow() {
        noteWait();
        grown();
    }

    private void noteWait() {
        exchange.trace().waited(exchange.now() - waitBegan);
    }

    /** The memory is there; the exchange's own time may be running. */
    abstract void begin();

    /** The further memory is there; the exchange's own time may be running. */
    abstract void grown();

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

    private LocalResponse broken(Throwable cause) {
        DecodeFault.Kind kind = cause instanceof DecodeFault fault ? fault.kind() : DecodeFault.Kind.INTERNAL;
        return switch (kind) {
            case BODY_TOO_LARGE -> LocalResponses.bodyTooLarge(route.config().maxBody(), -1);
            case INTERNAL -> LocalResponses.internal();
            default -> LocalResponses.malformed("the request body is malformed: " + cause.getMessage());
        };
    }

    /** Whether others wait for the memory that this body takes. */
    final boolean isMemoryWanted() {
        return claim != null && claim.isWanted();
    }

    /** The body is whole: what was reserved beyond this is given back. */
    final void shrinkTo(long total) {
        if (claim != null) {
            claim.shrinkTo(total);
        }
    }

    /** No attempt can follow that would need the body; a second call does nothing. */
    void release() {
        if (claim != null) {
            claim.release();
        }
    }
}
