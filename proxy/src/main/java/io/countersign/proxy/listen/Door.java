package io.countersign.proxy.listen;

import io.countersign.proxy.access.CallerRules;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.limit.ConnectionLimit;
import io.countersign.proxy.limit.Seat;
import io.countersign.proxy.limit.SideConnections;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Judges each connection when it is accepted, before anything is read from it: an address that is denied must not take the
 * places of those that are allowed. Safe from any thread.
 *
 * <p>The rules judge each request once more, since lists change while connections are open.
 */
public final class Door {
    private final Supplier<CallerRules> rules;
    private final ConnectionLimit admitted;
    private final ConnectionLimit denied;
    private final ConnectionLimit refused;
    private final LongAdder unknown = new LongAdder();

    /**
     * Makes the door of all listeners.
     *
     * @param rules in force at a moment
     * @param limit of connections that may be served, in force at a moment
     */
    public Door(Supplier<CallerRules> rules, IntSupplier limit) {
        this.rules = rules;
        this.admitted = new ConnectionLimit(limit, ConnectionLimit.Giving.UNUSED);
        // Open until they have read why.
        IntSupplier turnedAway = () -> new SideConnections(limit.getAsInt()).turnedAway();
        this.denied = new ConnectionLimit(turnedAway, ConnectionLimit.Giving.NOBODY);
        this.refused = new ConnectionLimit(turnedAway, ConnectionLimit.Giving.NOBODY);
    }

    /** Empty when the connection is to be closed without a word. */
    Optional<Arrival> enter(Channel channel) {
        InetAddress peer = channel.remoteAddress() instanceof InetSocketAddress address ? address.getAddress() : null;
        if (peer == null) {
            unknown.increment();
            return Optional.empty();
        }
        Caller caller = Caller.ofSocket(peer);
        if (rules.get().decide(caller) instanceof Verdict.Denied verdict) {
            return denied.admit(channel, peer).map(seat -> new Arrival.Denied(caller, seat, verdict));
        }
        Optional<Seat> seat = admitted.admit(channel, peer);
        return Optional.of(
                seat.isPresent()
                        ? new Arrival.Admitted(caller, seat.get())
                        : new Arrival.Refused(
                                caller, refused.admit(channel, peer).isPresent()));
    }

    /** Connections open now that may be served. */
    public int open() {
        return admitted.open();
    }

    /** Connections turned away since start, by the reason. */
    public Map<String, Long> refusals() {
        return Map.of(
                "limit", admitted.refused(),
                "denied", denied.refused(),
                "unknown_peer", unknown.sum());
    }

    /** Connections that have given way to a new one since start. */
    public long displaced() {
        return admitted.displaced();
    }
}
