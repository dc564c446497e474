package io.countersign.proxy.exchange;

import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.rejection.RouteHealth;
import io.countersign.proxy.rejection.UpstreamError;
import io.countersign.proxy.rejection.UpstreamErrors;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.secrets.Secrets;
import io.netty.handler.codec.http.HttpResponse;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Decides on an error response of the upstream that was held: passed on as a verdict, answered 503 so that an agent keeps its
 * data, or handed to {@link RejectionResponse} when AWS refused what we signed. Confined to the exchange's event loop.
 */
final class ErrorReply {
    private final Exchange exchange;
    private final Forwarding forwarding;
    private final Route route;
    private final Secrets secrets;

    ErrorReply(Exchange exchange, Forwarding forwarding, Route route) {
        this.exchange = exchange;
        this.forwarding = forwarding;
        this.route = route;
        this.secrets = exchange.services()
                .explanations()
                .secrets(route, forwarding.attempt().credentials().value());
    }

    /**
     * Judges.
     *
     * @param body all of it, or its beginning
     * @param whole whether {@code body} is all of it
     * @param relay what relays a response
     * @return false when this is a verdict, and not all of its body is here: then nothing has happened
     */
    boolean judge(HttpResponse head, byte[] body, boolean whole, Consumer<RelayedRejection> relay) {
        String service = route.signing().orElseThrow().context().service();
        UpstreamError error = UpstreamErrors.of(
                new UpstreamErrors.Received(head.status().code(), head.headers()::get, body, whole),
                service,
                forwarding.attempt().signedAt(),
                secrets);
        if (error instanceof UpstreamError.Rejected rejected) {
            dropRest(whole);
            new RejectionResponse(exchange, forwarding, route).judge(rejected.rejection(), head, body, relay);
            return true;
        }
        LocalResponse kept = exchange.keepsData() ? kept(error, head) : null;
        if (kept != null) {
            dropRest(whole);
            exchange.answer(kept);
            return true;
        }
        if (whole) {
            relay.accept(RelayedRejection.ofOthers(head, body, secrets));
        }
        return whole;
    }

    /** The answer in the place of the response, where data is kept; null for one that is passed on. */
    private LocalResponse kept(UpstreamError error, HttpResponse head) {
        int status = head.status().code();
        int wait = RetryAfter.of(head, exchange.services().clock().instant());
        if (error instanceof UpstreamError.Throttled) {
            return LocalResponses.throttled(status, error.message(), wait);
        }
        if (error instanceof UpstreamError.ServiceFault) {
            return LocalResponses.serviceFault(status, error.message());
        }
        if (error instanceof UpstreamError.OverLimit) {
            RouteHealth health = route.state().health();
            health.refused(RouteHealth.OVER_LIMIT);
            if (route.state().held().hold(forwarding.payloadHash(), exchange.now())) {
                int longer = health.longWait(ThreadLocalRandom.current());
                return LocalResponses.overLimit(status, error.message(), Math.max(wait, longer));
            }
            LocalResponse truth = LocalResponses.givenUp(status, error.message());
            exchange.services().explanations().gaveUp(route, truth, exchange.journal().requestId);
            return truth;
        }
        return null;
    }

    private void dropRest(boolean whole) {
        if (!whole) {
            // Nobody wants the rest, so the connection is not to be had again.
            forwarding.dropConnection();
        }
    }
}
