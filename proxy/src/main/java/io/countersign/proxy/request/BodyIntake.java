package io.countersign.proxy.request;

import io.countersign.proxy.body.RequestBody;
import io.countersign.proxy.limit.Ask;
import io.countersign.proxy.limit.Budget;
import io.countersign.proxy.limit.Claimed;
import io.countersign.proxy.limit.LimitsConfig;
import io.countersign.proxy.limit.Share;
import io.countersign.proxy.local.GuardResponses;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.wire.DecodeFault;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;

/**
 * How one request's body comes in: first its part of the memory that all bodies share, then the bytes, collected or streamed.
 */
public abstract sealed class BodyIntake permits CollectingIntake, StreamingIntake {
    private static final String WHAT = "memory for its body";

    /**
     * What it goes by.
     *
     * @param sizes what the process allows, whatever the route does
     * @param hasOtherRoutes whether there are routes that this one must not starve
     * @param memory that all bodies share
     * @param share of that memory that the request's sender has
     * @param source where it comes from, through {@code channel}
     */
    public record Terms(
            Route route,
            Sizes sizes,
            boolean hasOtherRoutes,
            Budget memory,
            Share share,
            BodySource source,
            Channel channel) {
        EventLoop loop() {
            return channel.eventLoop();
        }

        ByteBufAllocator allocator() {
            return channel.alloc();
        }
    }

    /**
     * What the process allows, in bytes.
     *
     * @param maxCollected the largest body that is collected where the route's own limit is one for bodies that stream
     * @param maxChunk the largest signed chunk of a body that streams in frames of S3's own
     */
    public record Sizes(long maxCollected, int maxChunk) {
        public static Sizes of(LimitsConfig limits) {
            return new Sizes(limits.body(), limits.message().maxChunk());
        }
    }

    /** Hears how it goes. Confined to the exchange's event loop. */
    public interface Listener {
        /** It waits for {@code what}; whoever grants it lets it go on. */
        void awaitTurn(String what);

        /** The body may go upstream: it is here, or the rest of it follows. */
        void ready(RequestBody body);

        /** All of a body that streams has gone upstream. */
        void bodySent();

        /** The client gets this, and the body is of no use. */
        void answer(LocalResponse response);

        /** Whether others wait for the place that the exchange has upstream. */
        boolean isPlaceWanted();
    }

    final Terms terms;
    final Listener listener;
    final BodySource source;
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
    BodyIntake(Terms terms, Listener listener, long length, long reservation, long max) {
        this.terms = terms;
        this.listener = listener;
        this.source = terms.source();
        this.route = terms.route();
        this.length = length;
        this.reservation = reservation;
        this.max = max;
    }

    /** The intake that the route, and what the head says of its body, ask for. */
    public static BodyIntake of(Terms terms, Listener listener, long length, HttpHeaders fields) {
        PayloadPlan plan = PayloadPlan.of(length, fields, terms.route().config().signing());
        if (plan instanceof PayloadPlan.Stream stream) {
            return StreamingIntake.direct(terms, listener, length, stream);
        }
        return plan instanceof PayloadPlan.Framed framed
                ? StreamingIntake.framed(terms, listener, length, framed.frames())
                : new CollectingIntake(terms, listener, length, ((PayloadPlan.Collect) plan).hash());
    }

    /** Claims the memory, and begins once it is there. */
    public final void claim() {
        assert terms.loop().inEventLoop();
        if (reservation == 0) {
            source.waited(0);
            begin();
            return;
        }
        Budget bodies = terms.memory();
        if (max > bodies.limit()) {
            // The limits were raised, and the memory is allotted at start: no fault of the agent's.
            listener.answer(LocalResponses.overBudget("a body of " + max + " bytes", bodies.limit()));
            return;
        }
        if (!mayHold(reservation)) {
            return;
        }
        claim = bodies.claim(new Ask(route.name(), terms.hasOtherRoutes(), reservation, max), terms.loop());
        waitBegan = now();
        act(claim.begin(source.guarded(this::waited)), this::begin);
    }

    /** Claims memory for this many bytes in all, and goes on with {@link #grown} once it is there. */
    final void grow(long total) {
        if (!mayHold(total)) {
            return;
        }
        waitBegan = now();
        act(claim.growTo(total, source.guarded(this::waitedToGrow)), this::grown);
    }

    /** Before others are asked to make room for it: who has its share is not to wait in their way. */
    private boolean mayHold(long total) {
        Optional<String> why = terms.share().hold(total);
        why.ifPresent(sentence -> listener.answer(GuardResponses.overShare(sentence)));
        return why.isEmpty();
    }

    private void act(Claimed decision, Runnable granted) {
        switch (decision) {
            case GRANTED -> {
                source.waited(0);
                granted.run();
            }
            case WAITING -> {
                source.pauseReading();
                listener.awaitTurn(WHAT);
            }
            case REFUSED -> listener.answer(LocalResponses.tooManyWait(WHAT));
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
        source.waited(now() - waitBegan);
    }

    /** On the loop's ticker. */
    final long now() {
        return terms.loop().ticker().nanoTime();
    }

    /** The memory is there; the exchange's own time may be running. */
    abstract void begin();

    /** The further memory is there; the exchange's own time may be running. */
    abstract void grown();

    /** A sound piece, the last one included. <em>Borrows</em> it. */
    abstract void piece(HttpContent content);

    /** The request's head has gone upstream, and its body may follow. */
    public void headSent() {}

    /** A piece of the body, as the decoder has it. <em>Borrows</em> it. */
    public final void content(HttpContent content) {
        assert terms.loop().inEventLoop();
        if (content.decoderResult().isSuccess()) {
            piece(content);
        } else {
            source.requestBroken();
            listener.answer(broken(content.decoderResult().cause()));
        }
    }

    private LocalResponse broken(Throwable cause) {
        DecodeFault.Kind kind = cause instanceof DecodeFault fault ? fault.kind() : DecodeFault.Kind.INTERNAL;
        return switch (kind) {
            case BODY_TOO_LARGE ->
                LocalResponses.bodyTooLarge(route.config().conditions().maxBody(), -1);
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
            terms.share().hold(total);
        }
    }

    /** No attempt can follow that would need the body; a second call does nothing. */
    public void release() {
        assert terms.loop().inEventLoop();
        if (claim != null) {
            claim.release();
            terms.share().hold(0);
        }
    }
}
