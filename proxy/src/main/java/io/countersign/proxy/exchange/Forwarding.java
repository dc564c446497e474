package io.countersign.proxy.exchange;

import io.countersign.proxy.credentials.Credentials;
import io.countersign.proxy.limit.Ask;
import io.countersign.proxy.limit.Budget;
import io.countersign.proxy.limit.Claimed;
import io.countersign.proxy.local.LocalResponses;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.signing.RequestSigner;
import io.countersign.proxy.upstream.Acquired;
import io.countersign.proxy.upstream.UpstreamConnection;
import io.countersign.proxy.upstream.UpstreamFault;
import io.countersign.proxy.upstream.Waiter;
import io.countersign.proxy.wire.Methods;
import io.countersign.sigv4.Explanation;
import io.countersign.sigv4.Header;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Carries one request upstream: credentials, a place in flight, a connection, a signature made at the last moment,
 * and, where that is safe and helps, a second attempt. Confined to its exchange's event loop.
 */
final class Forwarding {
    private static final int MAX_ATTEMPTS = 2;
    private static final String WHAT = "a place upstream";

    private final Exchange exchange;
    private final Services services;
    private final Route route;
    private final OutgoingRequest request;

    private Budget.Claim place;
    private Budget.Claim lasting;
    private Waiter waiter;
    private UpstreamConnection connection;
    private Reply reply;
    private Attempt attempt;
    private long phaseBegan;

    /** What one attempt was signed with; keys and expiry are null on a route that does not sign. */
    record Attempt(Credentials.Usable credentials, Instant signedAt, boolean reusedConnection, List<Header> signed) {}

    Forwarding(Exchange exchange, Services services, Route route, OutgoingRequest request) {
        this.exchange = exchange;
        this.services = services;
        this.route = route;
        this.request = request;
    }

    /** Credentials before a place: a source that hangs must not take places from those whose source does not. */
    void start() {
        phaseBegan = exchange.now();
        if (route.signing().isEmpty()) {
            claimPlace(null);
            return;
        }
        Credentials now = route.signing().get().credentials().current();
        if (now instanceof Credentials.Usable usable) {
            exchange.journal().credentialsNanos = 0;
            claimPlace(usable);
        } else {
            route.signing().get().credentials().await().whenComplete((found, error) -> onLoop(() -> awaited(found)));
        }
    }

    private void awaited(Credentials found) {
        exchange.journal().credentialsNanos = Journal.plus(exchange.journal().credentialsNanos, phase());
        if (found instanceof Credentials.Usable usable) {
            claimPlace(usable);
        } else {
            exchange.answer(LocalResponses.noCredentials(
                    route.signing().get().credentials().name()));
        }
    }

    private void claimPlace(Credentials.Usable credentials) {
        place = services.inFlight()
                .claim(
                        Ask.of(route.name(), exchange.hasOtherRoutes(), 1),
                        exchange.channel().eventLoop());
        switch (place.begin(exchange.guarded(() -> waited(credentials)))) {
            case GRANTED -> placed(credentials);
            case WAITING -> exchange.awaitTurn(WHAT);
            case REFUSED -> exchange.answer(LocalResponses.tooManyWait(WHAT));
        }
    }

    /** Fresher credentials may have come meanwhile. */
    private void waited(Credentials.Usable credentials) {
        exchange.limit().run();
        if (credentials != null
                && route.signing().orElseThrow().credentials().current() instanceof Credentials.Usable fresh) {
            placed(fresh);
        } else {
            placed(credentials);
        }
    }

    private void placed(Credentials.Usable credentials) {
        exchange.journal().waitNanos = Journal.plus(exchange.journal().waitNanos, phase());
        connect(credentials, Waiter.Wants.ANY);
    }

    private void connect(Credentials.Usable credentials, Waiter.Wants wants) {
        Waiter asked = services.pool()
                .acquire(
                        route.upstream(),
                        route.config().times(),
                        wants,
                        acquired -> exchange.guard(() -> acquired(acquired, credentials)));
        if (asked.isWaiting()) {
            // Else it is served already, and perhaps another one asked since, for a second attempt.
            waiter = asked;
        }
    }

    private void acquired(Acquired acquired, Credentials.Usable credentials) {
        exchange.journal().connectNanos = Journal.plus(exchange.journal().connectNanos, phase());
        if (acquired instanceof Acquired.Failed failed) {
            exchange.answer(LocalResponses.upstream(failed.fault()));
        } else if (acquired instanceof Acquired.Got got) {
            send(got.connection(), credentials);
        }
    }

    private void send(UpstreamConnection to, Credentials.Usable credentials) {
        connection = to;
        Instant time = null;
        OutgoingRequest.Signed head;
        if (credentials == null) {
            head = request.unsigned();
        } else {
            Route.Signing signing = route.signing().orElseThrow();
            time = signing.clock().now();
            head = request.sign(services.signer(), credentials, time);
            int size = request.size(head);
            if (signing.maxHead() > 0 && size > signing.maxHead()) {
                connection = null;
                services.pool().giveBack(to, route.config().times());
                exchange.answer(LocalResponses.signedHeadTooLarge(signing.maxHead(), size));
                return;
            }
        }
        attempt = new Attempt(credentials, time, to.wasUsedBefore(), head.signed());
        exchange.journal().attempt();
        noteSigner(credentials);
        phaseBegan = exchange.now();
        Reply answer = new Reply(exchange, this, route);
        reply = answer;
        boolean gone = to.exchange(
                request.method(),
                request.encode(exchange.channel().alloc(), head),
                request.body(),
                route.config().times(),
                new GuardedListener(exchange, answer));
        // Else the writing has failed at once, and another attempt may be under way already.
        if (gone) {
            exchange.headSent();
        }
    }

    private void noteSigner(Credentials.Usable credentials) {
        if (credentials != null) {
            exchange.journal().credentials =
                    route.config().signing().orElseThrow().credentials();
            exchange.journal().accessKeyId = credentials.value().accessKeyId();
        }
    }

    /** Signs and sends once more, with other credentials or a corrected clock. */
    void resend(Credentials.Usable credentials) {
        resend(credentials, Waiter.Wants.ANY);
    }

    private void resend(Credentials.Usable credentials, Waiter.Wants wants) {
        connection = null;
        phaseBegan = exchange.now();
        exchange.limit().run();
        connect(credentials, wants);
    }

    /** Whether one more attempt is left, and its body still here. */
    boolean mayResend() {
        return exchange.journal().attempts < MAX_ATTEMPTS && request.body().isIntact();
    }

    /** Whether the request may be sent twice without harm (RFC 9110 section 9.2.2). */
    boolean isIdempotent() {
        return Methods.isIdempotent(request.method());
    }

    /** Of the request, as the upstream sees it. */
    String upstreamPath() {
        return request.path();
    }

    /** Of the body, in hex; of one that streams, what stands for it in the signature. */
    String payloadHash() {
        return request.body().hash();
    }

    /** The connection broke. Before any response, on a request that bears it, that is worth another one. */
    void broken(UpstreamFault fault) {
        boolean bearsIt = isIdempotent() || route.config().replaySafe();
        connection = null;
        if (fault.kind() == UpstreamFault.Kind.CONNECTION_TERMINATED
                && (attempt.reusedConnection() || route.config().replaySafe())
                && bearsIt
                && mayResend()) {
            // What closed this connection has probably closed the other pooled ones as well.
            resend(attempt.credentials(), Waiter.Wants.FRESH);
        } else {
            exchange.answer(LocalResponses.upstream(fault));
        }
    }

    /** The response's last octet is here: its connection is no longer ours. */
    void responseEnded() {
        connection = null;
    }

    /** The response's head is here. */
    void headCame() {
        exchange.journal().firstByteNanos = exchange.now() - phaseBegan;
    }

    UpstreamConnection connection() {
        return connection;
    }

    Attempt attempt() {
        return attempt;
    }

    /** What the last attempt's signature was computed from; it can be asked on any thread, and costs a signature. */
    Supplier<Explanation> explanation() {
        Attempt of = attempt;
        return () -> request.explain(new RequestSigner(), of.signed(), of.credentials(), of.signedAt());
    }

    /** The rest of the response is not wanted; another attempt may follow. */
    void dropConnection() {
        if (connection != null) {
            connection.abandon();
            connection = null;
        }
    }

    /** The body's last octet has gone: what follows is the upstream's time. */
    void bodySent() {
        if (!hasResponse()) {
            phaseBegan = exchange.now();
        }
    }

    /** Octets of the body go on though the response has begun. */
    void requestMoved() {
        if (reply != null) {
            reply.requestMoved();
        }
    }

    /** Whether the body has all gone upstream. */
    boolean isBodySent() {
        return request.body().isSent();
    }

    /** Whether the response's head is here. */
    boolean hasResponse() {
        return reply != null && reply.hasHead();
    }

    boolean hasBegunRelay() {
        return reply != null && reply.hasBegunRelay();
    }

    void clientWritabilityChanged() {
        if (reply != null) {
            reply.clientWritabilityChanged();
        }
    }

    /** The client half-closed. Before the response's head it may be waiting; once that streams, it is a client gone. */
    void inputEnded() {
        if (hasBegunRelay()) {
            exchange.channel().close();
        }
    }

    /** Why there is no connection so far, where that is what the exchange waits for. */
    Optional<UpstreamFault> connectFault() {
        return connection == null && waiter != null ? waiter.lastFault() : Optional.empty();
    }

    /** Lets go of connection and place; a second call does nothing. */
    void abandon() {
        if (waiter != null) {
            waiter.cancel();
        }
        if (reply != null) {
            reply.release();
        }
        if (connection != null) {
            connection.abandon();
            connection = null;
        }
        leavePlace();
        if (lasting != null) {
            lasting.release();
        }
    }

    /** Lets another exchange go upstream. */
    void leavePlace() {
        if (place != null) {
            place.release();
        }
    }

    /** Goes on without a place, counted among the responses that last; returns whether there was room for it. */
    boolean leavePlaceLasting() {
        if (lasting == null) {
            Budget.Claim claim = services.lasting()
                    .claim(
                            Ask.of(route.name(), exchange.hasOtherRoutes(), 1),
                            exchange.channel().eventLoop());
            if (claim.begin(() -> {}) != Claimed.GRANTED) {
                return false;
            }
            lasting = claim;
            leavePlace();
        }
        return true;
    }

    /** Whether others wait for the place that this exchange holds. */
    boolean isPlaceWanted() {
        return place != null && place.isWanted();
    }

    /** Runs on the exchange's loop, unless the exchange is over by then. */
    void onLoop(Runnable step) {
        exchange.channel().eventLoop().execute(exchange.guarded(step));
    }

    private long phase() {
        long now = exchange.now();
        long took = now - phaseBegan;
        phaseBegan = now;
        return took;
    }
}
