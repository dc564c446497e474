package io.countersign.proxy.dispatch;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.request.OutgoingRequest;
import io.countersign.proxy.response.Attempt;
import io.countersign.proxy.response.ResponseContext;
import io.countersign.proxy.response.SecondAttempt;
import io.countersign.proxy.response.UpstreamTrace;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.signing.Signers;
import io.countersign.proxy.signing.UnsignedRequest;
import io.countersign.proxy.upstream.Acquired;
import io.countersign.proxy.upstream.UpstreamRequest;
import io.countersign.proxy.upstream.Waiter;
import io.countersign.proxy.upstream.http1.RequestHead;
import io.countersign.proxy.wire.Methods;
import java.time.Instant;
import java.util.Optional;

/** What of a request's way depends on the upstream that it goes to at the moment. Confined to its exchange's event loop. */
record Leg(ResponseContext context, OutgoingRequest request, SecondAttempt secondAttempt) {

    static Leg of(ResponseContext context, OutgoingRequest request) {
        UpstreamTrace trace = context.trace();
        int before = trace.attempts();
        return new Leg(
                context,
                request,
                new SecondAttempt(
                        context.route(),
                        Methods.isIdempotent(request.method()),
                        () -> trace.attempts() - before,
                        () -> request.body().isIntact()));
    }

    /** The same request on its way to another upstream of its route. */
    @SuppressWarnings("ReferenceEquality") // each upstream has one Route in a snapshot
    Leg to(Route way) {
        return way == route() ? this : of(context.to(way), request.to(way));
    }

    /**
     * Whether it can go to another upstream without being acted on twice, or where that does no harm.
     *
     * @param sent whether an upstream may have acted on it
     */
    boolean mayMove(boolean sent) {
        return (!sent || route().isReplaySafe() || Methods.isSafe(request.method()))
                && request.body().isIntact();
    }

    /** What is to speak another protocol has a connection of its own, so that a pooled one can't break under it. */
    Waiter.Wants wants(Waiter.Wants usual) {
        return request.asksToSwitch() ? Waiter.Wants.FRESH : usual;
    }

    /** What an attempt with this stream sends, on a route that does not sign. */
    Parcel unsigned(Acquired.Got got) {
        Attempt attempt = new Attempt(got.stream(), got.pooled(), Optional.empty());
        return new Parcel(attempt, request.unsigned());
    }

    /** The same, signed with the upstream's region and clock. */
    Parcel signed(Acquired.Got got, Credentials.Usable credentials, Signers signers) {
        Route.Signing signing = route().signing().orElseThrow();
        UnsignedRequest unsigned = request.toSign();
        Instant time = signing.clock().now();
        UpstreamRequest signed = request.signed(signing.form().sign(signers, unsigned, credentials.value(), time));
        Attempt.Signed by = new Attempt.Signed(credentials, time, signing.form(), unsigned);
        return new Parcel(new Attempt(got.stream(), got.pooled(), Optional.of(by)), signed);
    }

    /** Why a parcel can't be sent: its head is larger with the signature than the service takes. */
    Optional<LocalResponse> refusal(Parcel parcel) {
        return route().signing().flatMap(signing -> {
            int size = RequestHead.size(parcel.request());
            return signing.isTooLarge(size)
                    ? Optional.of(LocalResponses.signedHeadTooLarge(signing.maxHead(), size))
                    : Optional.empty();
        });
    }

    /**
     * A parcel is about to be sent.
     *
     * @param now on the loop's ticker
     */
    void note(Parcel parcel, long now) {
        Attempt attempt = parcel.attempt();
        UpstreamTrace.Sending sending =
                new UpstreamTrace.Sending(route().upstream().authority(), now, attempt.pooled());
        if (attempt.signed().isPresent()) {
            String credentials = route().signing().orElseThrow().credentials().name();
            String keyId = attempt.signed().get().credentials().value().accessKeyId();
            context.trace().attempt(sending, new UpstreamTrace.Signer(credentials, keyId));
        } else {
            context.trace().attempt(sending);
        }
    }

    /** An attempt, and what it sends. */
    record Parcel(Attempt attempt, UpstreamRequest request) {}

    Route route() {
        return context.route();
    }
}
