package io.countersign.proxy.dispatch;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.request.OutgoingRequest;
import io.countersign.proxy.response.Attempt;
import io.countersign.proxy.response.AttemptListener;
import io.countersign.proxy.response.ClientSide;
import io.countersign.proxy.response.ResponseContext;
import io.countersign.proxy.response.SecondAttempt;
import io.countersign.proxy.response.UpstreamResponse;
import io.countersign.proxy.response.UpstreamTrace;
import io.countersign.proxy.response.UpstreamTrace.Phase;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.signing.Signers;
import io.countersign.proxy.signing.UnsignedRequest;
import io.countersign.proxy.upstream.Acquired;
import io.countersign.proxy.upstream.UpstreamFault;
import io.countersign.proxy.upstream.UpstreamPool;
import io.countersign.proxy.upstream.UpstreamRequest;
import io.countersign.proxy.upstream.UpstreamStream;
import io.countersign.proxy.upstream.Waiter;
import io.countersign.proxy.upstream.http1.RequestHead;
import io.countersign.proxy.wire.Methods;
import java.time.Instant;
import java.util.Optional;

/**
 * Carries one request upstream: credentials, a place in flight, a stream, a signature made at the last moment, and, where that is
 * safe and helps, a second attempt. Confined to its exchange's event loop.
 */
public final class Dispatch implements AttemptListener {
    private final UpstreamPool pool;
    private final Signers signers;
    private final ResponseContext context;
    private final OutgoingRequest request;
    private final Listener listener;
    private final Route route;
    private final ClientSide client;
    private final UpstreamTrace trace;
    private final Stopwatch watch;
    private final SecondAttempt secondAttempt;

    private Optional<Waiter> waiter = Optional.empty();
    private Optional<UpstreamStream> stream = Optional.empty();
    private Optional<UpstreamResponse> response = Optional.empty();
    private Attempt attempt;

    /** Hears how it goes. */
    public interface Listener extends Turn.Listener {
        /** The request's head is on its way, and a body that is still coming may follow; once for each attempt. */
        void headSent();

        /** No other attempt can follow, so the memory of the request's body is of no use any more. */
        void bodyDone();
    }

    /**
     * @param pool of this loop
     * @param signers of this loop
     */
    public Dispatch(
            UpstreamPool pool, Signers signers, ResponseContext context, OutgoingRequest request, Listener listener) {
        this.pool = pool;
        this.signers = signers;
        this.context = context;
        this.request = request;
        this.listener = listener;
        this.route = context.route();
        this.client = context.client();
        this.trace = context.trace();
        this.watch = new Stopwatch(client.channel().eventLoop());
        this.secondAttempt = new SecondAttempt(
                route,
                Methods.isIdempotent(request.method()),
                trace::attempts,
                () -> request.body().isIntact());
    }

    /** Waits for its turn, and goes upstream then. */
    public void start() {
        new Turn(context, listener, watch, credentials -> acquire(credentials, Waiter.Wants.ANY)).begin();
    }

    private void acquire(Optional<Credentials.Usable> credentials, Waiter.Wants wants) {
        Waiter asked = pool.acquire(
                route.upstream(),
                route.times().connection(),
                wants,
                acquired -> client.guard(() -> acquired(acquired, credentials)));
        if (asked.isWaiting()) {
            // Else it is served already, and perhaps another one asked since, for a second attempt.
            waiter = Optional.of(asked);
        }
    }

    private void acquired(Acquired acquired, Optional<Credentials.Usable> credentials) {
        trace.took(Phase.CONNECTION, watch.lap());
        if (acquired instanceof Acquired.Failed failed) {
            listener.answer(LocalResponses.upstream(failed.fault()));
        } else if (acquired instanceof Acquired.Got got) {
            stream = Optional.of(got.stream());
            if (credentials.isPresent()) {
                sendSigned(got, credentials.get(), route.signing().orElseThrow());
            } else {
                trace.attempt(sending(got));
                send(new Attempt(got.stream(), got.pooled(), Optional.empty()), request.unsigned());
            }
        }
    }

    private void sendSigned(Acquired.Got got, Credentials.Usable credentials, Route.Signing signing) {
        UnsignedRequest unsigned = request.toSign();
        Instant time = signing.clock().now();
        UpstreamRequest signed = request.signed(signing.form().sign(signers, unsigned, credentials.value(), time));
        int size = RequestHead.size(signed);
        if (signing.isTooLarge(size)) {
            stream = Optional.empty();
            got.stream().giveBack();
            listener.answer(LocalResponses.signedHeadTooLarge(signing.maxHead(), size));
            return;
        }
        trace.attempt(
                sending(got),
                new UpstreamTrace.Signer(
                        signing.credentials().name(), credentials.value().accessKeyId()));
        send(
                new Attempt(
                        got.stream(),
                        got.pooled(),
                        Optional.of(new Attempt.Signed(credentials, time, signing.form(), unsigned))),
                signed);
    }

    private UpstreamTrace.Sending sending(Acquired.Got got) {
        return new UpstreamTrace.Sending(route.upstream().authority(), watch.now(), got.pooled());
    }

    private void send(Attempt next, UpstreamRequest sent) {
        assert isOnLoop();
        attempt = next;
        watch.start();
        UpstreamResponse awaited = new UpstreamResponse(context, next, this);
        response = Optional.of(awaited);
        boolean gone = next.stream().send(sent, new GuardedListener(client, awaited));
        // Else the writing has failed at once, and another attempt may be under way already.
        if (gone) {
            listener.headSent();
        }
    }

    @Override
    public void resend(Credentials.Usable credentials) {
        resend(Optional.of(credentials), Waiter.Wants.ANY);
    }

    private void resend(Optional<Credentials.Usable> credentials, Waiter.Wants wants) {
        assert isOnLoop();
        stream = Optional.empty();
        watch.start();
        client.resumeOwnTime();
        acquire(credentials, wants);
    }

    @Override
    public SecondAttempt secondAttempt() {
        return secondAttempt;
    }

    @Override
    public void broke(UpstreamFault fault) {
        stream = Optional.empty();
        trace.broke(fault.kind().token());
        if (secondAttempt.afterBreak(fault.kind(), attempt.pooled())) {
            // What closed this connection has probably closed the other pooled ones as well.
            resend(attempt.signed().map(Attempt.Signed::credentials), Waiter.Wants.FRESH);
        } else {
            listener.answer(LocalResponses.upstream(fault));
        }
    }

    @Override
    public void headCame() {
        trace.took(Phase.FIRST_BYTE, watch.elapsed());
        trace.headCame(watch.now());
    }

    @Override
    public void relayBegins(int status) {
        if (request.body().isSent() || status >= 300) {
            listener.bodyDone();
        }
    }

    @Override
    public void responseEnded() {
        stream = Optional.empty();
    }

    @Override
    public void dropRest() {
        assert isOnLoop();
        stream.ifPresent(UpstreamStream::abandon);
        stream = Optional.empty();
    }

    @Override
    public void answer(LocalResponse instead) {
        listener.answer(instead);
    }

    /** The body's last byte has gone: what follows is the upstream's time. */
    public void bodySent() {
        if (!hasResponse()) {
            watch.start();
        }
    }

    /** Whether the response's head is here. */
    public boolean hasResponse() {
        return response.filter(UpstreamResponse::hasHead).isPresent();
    }

    /** Whether the client gets an upstream's response, so that it can get no other. */
    public boolean hasBegunRelay() {
        return response.filter(UpstreamResponse::hasBegunRelay).isPresent();
    }

    /** Why there is no connection so far, where that is what the exchange waits for. */
    public Optional<UpstreamFault> connectFault() {
        return stream.isPresent() ? Optional.empty() : waiter.flatMap(Waiter::lastFault);
    }

    /** Whether others wait for the place that this exchange has. */
    public boolean isPlaceWanted() {
        return context.place().isWanted();
    }

    /** Lets go of stream and place; a second call does nothing. */
    public void abandon() {
        assert isOnLoop();
        waiter.ifPresent(Waiter::cancel);
        response.ifPresent(UpstreamResponse::release);
        dropRest();
        context.place().release();
    }

    private boolean isOnLoop() {
        return client.channel().eventLoop().inEventLoop();
    }
}
