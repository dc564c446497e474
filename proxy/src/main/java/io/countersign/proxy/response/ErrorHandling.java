package io.countersign.proxy.response;

import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.rejection.RouteHealth;
import io.countersign.proxy.rejection.UpstreamError;
import io.countersign.proxy.rejection.UpstreamErrors;
import io.countersign.proxy.route.Route;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Decides on an error response of the upstream that was held: passed on as a verdict, answered 503 so that an agent keeps its
 * data, or handed to {@link RejectionHandling} when AWS rejected what we signed. Confined to the exchange's event loop.
 */
final class ErrorHandling {
    private final ResponseContext context;
    private final Route route;
    private final Attempt.Signed signed;
    private final AttemptListener dispatch;
    private final Consumer<RelayedRejection> relay;

    /** @param relay what relays a response to the client */
    ErrorHandling(
            ResponseContext context,
            Attempt.Signed signed,
            AttemptListener dispatch,
            Consumer<RelayedRejection> relay) {
        this.context = context;
        this.route = context.route();
        this.signed = signed;
        this.dispatch = dispatch;
        this.relay = relay;
    }

    /** Returns false when this is a verdict, and not all of its body is here: then nothing has happened. */
    boolean handle(Held response) {
        UpstreamError error = UpstreamErrors.of(
                new UpstreamErrors.Received(
                        response.status(), response.head().headers()::get, response.body(), response.whole()),
                route.signing().orElseThrow().service(),
                signed.at(),
                context.secrets(Optional.of(signed)));
        if (error instanceof UpstreamError.Rejected rejected) {
            dropRest(response);
            new RejectionHandling(rejected.rejection(), response, context, signed, dispatch, relay).act();
            return true;
        }
        Optional<LocalResponse> kept = context.request().keepsData() ? kept(error, response) : Optional.empty();
        if (kept.isPresent()) {
            // The response that takes its place quotes it already.
            ResponseNotes.said(context, response.head(), response.body(), context.secrets(Optional.of(signed)))
                    .ifPresent(context.trace()::said);
            dropRest(response);
            dispatch.answer(kept.get());
            return true;
        }
        if (response.whole()) {
            relay.accept(
                    RelayedRejection.ofOthers(response.head(), response.body(), context.secrets(Optional.of(signed))));
        }
        return response.whole();
    }

    /** What takes the place of the response where data is kept; empty for one that is passed on. */
    private Optional<LocalResponse> kept(UpstreamError error, Held response) {
        int status = response.status();
        int wait = RetryAfter.of(response.head(), context.clock().instant());
        if (error instanceof UpstreamError.Throttled) {
            return Optional.of(LocalResponses.throttled(status, error.message(), wait));
        }
        if (error instanceof UpstreamError.ServiceFault) {
            return Optional.of(LocalResponses.serviceFault(status, error.message()));
        }
        return error instanceof UpstreamError.OverLimit
                ? Optional.of(overLimit(status, error.message(), wait))
                : Optional.empty();
    }

    /** Held for a while, though waiting can't cure it; then the sender hears the truth. */
    private LocalResponse overLimit(int status, String message, int wait) {
        RouteHealth health = route.health();
        health.refused(RouteHealth.OVER_LIMIT);
        long now = context.client().channel().eventLoop().ticker().nanoTime();
        if (route.held().hold(context.request().body().hash(), now)) {
            int longer = health.longWait(ThreadLocalRandom.current());
            return LocalResponses.overLimit(status, message, Math.max(wait, longer));
        }
        LocalResponse truth = LocalResponses.givenUp(status, message);
        context.explanations().gaveUp(route, truth, context.request().id());
        return truth;
    }

    /** Nobody wants the rest, so the stream is not to be had again. */
    private void dropRest(Held response) {
        if (!response.whole()) {
            dispatch.dropRest();
        }
    }
}
