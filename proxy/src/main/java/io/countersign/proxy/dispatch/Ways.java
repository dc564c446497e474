package io.countersign.proxy.dispatch;

import io.countersign.proxy.failover.Attempts;
import io.countersign.proxy.failover.Failover;
import io.countersign.proxy.local.LocalCause;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.upstream.Waiter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The upstreams that one request may go to, on a route that names several, and which outcomes of an exchange are a reason to move on. Whoever
 * uses it reports how each fared; what nobody has reported is settled at the {@linkplain #end end}. Confined to its exchange's event loop.
 */
final class Ways {
    /** Of a route with one upstream, which nothing is decided about: the same for all. */
    static final Ways ONE = new Ways(List.of(), Optional.empty());

    private final Attempts<Route> attempts;

    private Ways(List<Route> routes, Optional<Failover> failover) {
        this.attempts = new Attempts<>(routes, failover);
    }

    static Ways of(Route route) {
        return route.standbys().isEmpty()
                ? ONE
                : new Ways(route.ways(), route.state().failover());
    }

    /** The first that requests may go to. */
    Optional<Route> first() {
        return attempts.first();
    }

    /** The next one that requests may go to; empty where there is none, and then nothing has changed. */
    Optional<Route> next(String cause) {
        return attempts.next(cause);
    }

    /** How long until one is tried that has failed. */
    Duration untilTrial() {
        return attempts.untilTrial();
    }

    /** How long a connection is worth waiting for. */
    Waiter.Wants wanted() {
        return attempts.hasNext() ? Waiter.Wants.ANY_SOON : Waiter.Wants.ANY;
    }

    /** Nothing could be sent: whether that is a reason to move on. */
    boolean notConnected(String cause) {
        return attempts.turn().isPresent() && attempts.turn().get().notConnected(cause);
    }

    /** There are no credentials: whether that is a reason to move on. It says nothing of the upstream. */
    boolean cannotSign() {
        return attempts.movesOnUnsent();
    }

    /**
     * A response came, or is given up: whether that is a reason to move on.
     *
     * @param status of the response, or of the one that stands for it
     */
    boolean responded(int status, String cause) {
        return attempts.turn().isPresent() && attempts.turn().get().responded(status, cause);
    }

    /**
     * The exchange needs no upstream any more.
     *
     * @param why it is answered by us; empty where it is not, or went away
     */
    void end(Optional<LocalCause> why) {
        why.ifPresent(cause -> {
            switch (cause) {
                case RESPONSE_TIMEOUT, WRITE_TIMEOUT, UPGRADE -> responded(cause.elsewhere(), cause.token());
                case DNS_ERROR,
                        DNS_TIMEOUT,
                        IP_PROHIBITED,
                        EGRESS_LOGIN,
                        EGRESS_REFUSED,
                        CONNECTION_REFUSED,
                        CONNECTION_TIMEOUT,
                        TLS_CERTIFICATE,
                        TLS_PROTOCOL -> notConnected(cause.token());
                default -> {}
            }
        });
        attempts.end();
    }
}
