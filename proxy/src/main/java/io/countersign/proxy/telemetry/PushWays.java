package io.countersign.proxy.telemetry;

import io.countersign.proxy.failover.Attempts;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.upstream.UpstreamFault;
import io.countersign.proxy.upstream.Waiter;
import java.util.Optional;

/**
 * The upstreams that one push may go to: that of its route, or those of several that requests may go to, each once and in order of preference. A
 * push counts like a request, since a route may have no others. It goes on only while nothing was sent: two regions with parts of one series
 * would be worse than a gap, which the next push closes. Confined to its loop.
 */
final class PushWays {
    private static final int BROKEN = 502;
    private static final int NOT_IN_TIME = 504;

    private final Route route;
    private final Attempts<Route> attempts;

    PushWays(Route route) {
        this.route = route;
        this.attempts = new Attempts<>(
                route.ways(),
                route.standbys().isEmpty() ? Optional.empty() : route.state().failover());
    }

    /** The first that requests may go to; empty while all are left out. */
    Optional<Route> first() {
        return route.standbys().isEmpty() ? Optional.of(route) : attempts.first();
    }

    /** Nothing could be sent: the next one, if that is a reason to go on and there is one. */
    Optional<Route> afterFault(UpstreamFault fault) {
        // A limit of ours says nothing of an upstream.
        if (attempts.turn().isEmpty() || fault.kind() == UpstreamFault.Kind.CONNECTION_LIMIT) {
            return Optional.empty();
        }
        String cause = fault.kind().token();
        return attempts.turn().get().notConnected(cause) ? attempts.next(cause) : Optional.empty();
    }

    /** There is nothing to sign with, which says nothing of the upstream: the next one, if there is one. */
    Optional<Route> withoutCredentials() {
        return attempts.movesOnUnsent() ? attempts.next("no_credentials") : Optional.empty();
    }

    /** How long a connection is worth waiting for. */
    Waiter.Wants wanted() {
        return attempts.hasNext() ? Waiter.Wants.ANY_SOON : Waiter.Wants.ANY;
    }

    /** The upstream answered. */
    void responded(int status) {
        attempts.turn().ifPresent(own -> own.responded(status, "status_" + status));
    }

    /** What was sent got no whole response. */
    void broke(UpstreamFault fault) {
        int status = fault.kind() == UpstreamFault.Kind.RESPONSE_TIMEOUT ? NOT_IN_TIME : BROKEN;
        attempts.turn().ifPresent(own -> own.responded(status, fault.kind().token()));
    }

    /** @param sent whether there was a connection to wait for a response on */
    void outOfTime(boolean sent) {
        attempts.turn().ifPresent(own -> {
            if (sent) {
                own.responded(NOT_IN_TIME, UpstreamFault.Kind.RESPONSE_TIMEOUT.token());
            } else {
                own.notConnected(UpstreamFault.Kind.CONNECTION_TIMEOUT.token());
            }
        });
    }

    /** The push is over; what was not said of an upstream says nothing of it. */
    void end() {
        attempts.end();
    }
}
