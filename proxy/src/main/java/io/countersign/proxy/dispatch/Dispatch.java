package io.countersign.proxy.dispatch;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.local.LocalCause;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.local.WebSocketResponses;
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
import io.countersign.proxy.upstream.Acquired;
import io.countersign.proxy.upstream.UpstreamFault;
import io.countersign.proxy.upstream.UpstreamPool;
import io.countersign.proxy.upstream.UpstreamStream;
import io.countersign.proxy.upstream.Waiter;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpResponse;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Carries one request upstream: credentials, a place in flight, a stream, a signature made at the last moment, and, where that is
 * safe and helps, a second attempt, or one at another upstream of its route. Confined to its exchange's event loop.
 */
public final class Dispatch implements AttemptListener, Turn.Taker {
    private final UpstreamPool pool;
    private final Signers signers;
    private final Listener listener;
    private final ClientSide client;
    private final UpstreamTrace trace;
    private final Stopwatch watch;
    private final Ways ways;

    /** Where it goes at the moment. */
    private Leg leg;

    /** Whether an upstream may have acted on it. */
    private boolean sent;

    private Optional<Waiter> waiter = Optional.empty();
    private Optional<UpstreamStream> stream = Optional.empty();
    private Optional<UpstreamResponse> response = Optional.empty();
    private Attempt attempt;

    /** Hears how it goes. */
    public interface Listener extends Turn.Listener {
        /** The request's head is on its way, and a body that is still coming may follow; once for each attempt. */
        void headSent();

        /** The upstream has switched protocols; as {@link io.countersign.proxy.upstream.ResponseListener#switched}. */
        void switched(HttpResponse head, Consumer<ChannelHandler> connection);

        /** No other attempt can follow, so the memory of the request's body is of no use any more. */
        void bodyDone();
    }

    /** Pool and signers are those of the exchange's loop. */
    public Dispatch(
            UpstreamPool pool, Signers signers, ResponseContext context, OutgoingRequest request, Listener listener) {
        this.pool = pool;
        this.signers = signers;
        this.listener = listener;
        this.leg = Leg.of(context, request);
        this.ways = Ways.of(context.route());
        this.client = context.client();
        this.trace = context.trace();
        this.watch = new Stopwatch(client.channel().eventLoop());
    }

    /** Waits for its turn, and goes upstream then. */
    public void start() {
        // A WebSocket takes as much memory as two responses that last.
        if (leg.request().asksToSwitch() && !leg.context().place().claimToLast(2)) {
            listener.answer(WebSocketResponses.tooMany());
            return;
        }
        if (ways != Ways.ONE) {
            Optional<Route> first = ways.first();
            if (first.isEmpty()) {
                listener.answer(LocalResponses.noUpstream(ways.untilTrial()));
                return;
            }
            leg = leg.to(first.get());
        }
        awaitTurn();
    }

    private void awaitTurn() {
        new Turn(leg.context(), listener, watch, this).begin();
    }

    @Override
    public void ready(Optional<Credentials.Usable> credentials) {
        acquire(credentials, leg.wants(ways.wanted()));
    }

    @Override
    public void noCredentials(String name) {
        if (!ways.cannotSign() || !moveOn("no_credentials")) {
            listener.answer(LocalResponses.noCredentials(name));
        }
    }

    /** Goes to the next upstream, if it may and there is one. */
    private boolean moveOn(String cause) {
        Optional<Route> next = leg.mayMove(sent) ? ways.next(cause) : Optional.empty();
        next.ifPresent(this::goOn);
        return next.isPresent();
    }

    private void goOn(Route way) {
        dropRest();
        response = Optional.empty();
        leg = leg.to(way);
        client.resumeOwnTime();
        awaitTurn();
    }

    private void acquire(Optional<Credentials.Usable> credentials, Waiter.Wants wants) {
        Waiter asked = pool.acquire(
                leg.route().upstream(),
                leg.route().times().connection(),
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
            noStream(failed.fault());
        } else if (acquired instanceof Acquired.Got got) {
            stream = Optional.of(got.stream());
            Leg.Parcel parcel =
                    credentials.isPresent() ? leg.signed(got, credentials.get(), signers) : leg.unsigned(got);
            leg.refusal(parcel).ifPresentOrElse(why -> refuse(parcel, why), () -> send(parcel));
        }
    }

    private void refuse(Leg.Parcel parcel, LocalResponse why) {
        stream = Optional.empty();
        parcel.attempt().stream().giveBack();
        listener.answer(why);
    }

    private void noStream(UpstreamFault fault) {
        String cause = fault.kind().token();
        // A limit of ours says nothing of an upstream.
        if (fault.kind() == UpstreamFault.Kind.CONNECTION_LIMIT || !ways.notConnected(cause) || !moveOn(cause)) {
            listener.answer(LocalResponses.upstream(fault));
        }
    }

    private void send(Leg.Parcel parcel) {
        assert client.channel().eventLoop().inEventLoop();
        attempt = parcel.attempt();
        sent = true;
        leg.note(parcel, watch.now());
        watch.start();
        UpstreamResponse awaited = new UpstreamResponse(leg.context(), attempt, this);
        response = Optional.of(awaited);
        boolean gone = attempt.stream().send(parcel.request(), new GuardedListener(client, awaited));
        // Else the writing has failed at once, and another attempt may be under way already.
        if (gone) {
            listener.headSent();
        }
    }

    @Override
    public void resend(Credentials.Usable credentials) {
        resend(Optional.of(credentials), leg.wants(Waiter.Wants.ANY));
    }

    private void resend(Optional<Credentials.Usable> credentials, Waiter.Wants wants) {
        assert client.channel().eventLoop().inEventLoop();
        stream = Optional.empty();
        watch.start();
        client.resumeOwnTime();
        acquire(credentials, wants);
    }

    @Override
    public SecondAttempt secondAttempt() {
        return leg.secondAttempt();
    }

    @Override
    public void broke(UpstreamFault fault) {
        stream = Optional.empty();
        trace.broke(fault.kind().token());
        if (leg.secondAttempt().afterBreak(fault.kind(), attempt.pooled())) {
            // What closed this connection has probably closed the other pooled ones as well.
            resend(attempt.signed().map(Attempt.Signed::credentials), Waiter.Wants.FRESH);
            return;
        }
        LocalResponse instead = LocalResponses.upstream(fault);
        String cause = fault.kind().token();
        if (!ways.responded(instead.status(false), cause) || !moveOn(cause)) {
            listener.answer(instead);
        }
    }

    @Override
    public boolean movesOn(int status) {
        String cause = ways == Ways.ONE ? "" : "status_" + status;
        return ways != Ways.ONE && ways.responded(status, cause) && moveOn(cause);
    }

    @Override
    public void headCame() {
        trace.took(Phase.FIRST_BYTE, watch.elapsed());
        trace.headCame(watch.now());
    }

    @Override
    public void relayBegins(int status) {
        if (leg.request().body().isSent() || status >= 300) {
            listener.bodyDone();
        }
    }

    /** It may last for hours, and so gives up its place for what was claimed at the start. */
    @Override
    public void switched(HttpResponse head, Consumer<ChannelHandler> connection) {
        leg.context().place().leave();
        listener.bodyDone();
        listener.switched(head, connection);
        // Unless the listener has found fault with it, which is settled by then.
        ways.responded(head.status().code(), "");
    }

    @Override
    public void responseEnded() {
        stream = Optional.empty();
    }

    @Override
    public void dropRest() {
        assert client.channel().eventLoop().inEventLoop();
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
        return leg.context().place().isWanted();
    }

    /**
     * Lets go of stream and place; a second call does nothing.
     *
     * @param why the client gets a response of ours; empty where it does not
     */
    public void abandon(Optional<LocalCause> why) {
        assert client.channel().eventLoop().inEventLoop();
        ways.end(why);
        waiter.ifPresent(Waiter::cancel);
        response.ifPresent(UpstreamResponse::release);
        dropRest();
        leg.context().place().release();
    }
}
