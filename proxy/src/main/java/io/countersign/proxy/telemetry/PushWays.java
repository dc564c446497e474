package io.countersign.proxy.telemetry;

import io.countersign.proxy.failover.Failover;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.upstream.UpstreamFault;
import io.countersign.proxy.upstream.Waiter;
import java.util.List;
import java.util.Optional;

/**
 * The upstreams that one push may go to: that of its route, or those of several that requests may go to, each once and in order of preference. A
 * push counts like a request, since a route may have no others. It goes on only while nothing was sent: two regions with parts of one series
 * would be worse than a gap, which the next push closes. Confined to its loop.
 */
final class PushWays {
    private static final int BROKEN = 502;
    private static final int NOT_IN_TIME = 504;

    private final List<Route> routes;
    private final Optional<Failover> failover;
    private Optional<Failover.Turn> turn = Optional.empty();

    PushWays(Route route) {
        this.routes = route.ways();
        this.failover = routes.size() == 1 ? Optional.empty() : route.state().failover();
    }

    /** The first that requests may go to; empty while all are left out. */
    Optional<Route> first() {
        return failover.isEmpty() ? Optional.of(routes.get(0)) : take(0);
    }

    /** Nothing could be sent: the next one, if that is a reason to go on and there is one. */
    Optional<Route> afterFault(UpstreamFault fault) {
        // A limit of ours says nothing of an upstream.
        if (turn.isEmpty() || fault.kind() == UpstreamFault.Kind.CONNECTION_LIMIT) {
            return Optional.empty();
        }
        String cause = fault.kind().token();
        return turn.get().notConnected(cause) ? next(cause) : Optional.empty();
    }

    /** There is nothing to sign with, which says nothing of the upstream: the next one, if there is one. */
    Optional<Route> withoutCredentials() {
        return failover.filter(all -> all.config().connect()).flatMap(all -> next("no_credentials"));
    }

    private Optional<Route> next(String cause) {
        Failover.Turn left = turn.orElseThrow();
        Optional<Route> next = take(left.index() + 1);
        if (next.isPresent()) {
            left.undecided();
            left.moved(cause);
        }
        return next;
    }

    private Optional<Route> take(int from) {
        Optional<Failover.Turn> taken = failover.flatMap(all -> all.next(from));
        if (taken.isPresent()) {
            turn = taken;
        }
        return taken.map(found -> routes.get(found.index()));
    }

    /** How long a connection is worth waiting for. */
    Waiter.Wants wanted() {
        return turn.filter(Failover.Turn::hasNext).isPresent() ? Waiter.Wants.ANY_SOON : Waiter.Wants.ANY;
    }

    /** The upstream answered. */
    void responded(int status) {
        turn.ifPresent(own -> own.responded(status, "status_" + status));
    }

    /** What was sent got no whole response. */
    void broke(UpstreamFault fault) {
        int status = fault.kind() == UpstreamFault.Kind.RESPONSE_TIMEOUT ? NOT_IN_TIME : BROKEN;
        turn.ifPresent(own -> own.responded(status, fault.kind().token()));
    }

    /** @param sent whether there was a connection to wait for a response on */
    void outOfTime(boolean sent) {
        turn.ifPresent(own -> {
            if (sent) {
                own.responded(NOT_IN_TIME, UpstreamFault.Kind.RESPONSE_TIMEOUT.token());
            } else {
                own.notConnected(UpstreamFault.Kind.CONNECTION_TIMEOUT.token());
            }
        });
    }

    /** The push is over; what was not said of an upstream says nothing of it. */
    void end() {
        turn.ifPresent(Failover.Turn::undecided);
    }
}
