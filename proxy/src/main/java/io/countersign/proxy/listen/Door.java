package io.countersign.proxy.listen;

import io.countersign.proxy.access.AccessConfig;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.TlsClient;
import io.countersign.proxy.limit.ConnectionLimit;
import io.countersign.proxy.limit.Seat;
import io.countersign.proxy.limit.SideConnections;
import io.countersign.proxy.net.Networks;
import io.netty.channel.Channel;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Judges each connection when it is accepted, before anything is read from it: an address that is denied must not take the
 * places of those that are allowed. Where a PROXY header says whom a connection comes from, it is judged once that has come. Safe
 * from any thread.
 *
 * <p>The rules judge each request once more, since lists change while connections are open.
 */
public final class Door implements Arrival.Gate {
    private final Supplier<AccessConfig> access;
    private final ConnectionLimit admitted;
    private final Predicate<Caller> approved;
    private final ConnectionLimit denied;
    private final ConnectionLimit asking;
    private final ConnectionLimit refused;
    private final ConnectionLimit announcing;
    private final HeaderFaults headerFaults = new HeaderFaults();
    private final LongAdder unknown = new LongAdder();

    /**
     * Makes the door of all listeners.
     *
     * @param access in force at a moment
     * @param limit of connections that may be served, in force at a moment
     * @param approved whether a caller that no list names may call all the same
     */
    public Door(Supplier<AccessConfig> access, IntSupplier limit, Predicate<Caller> approved) {
        this.access = access;
        this.approved = approved;
        this.admitted = new ConnectionLimit(limit, ConnectionLimit.Giving.UNUSED);
        // Open until they have read why.
        IntSupplier turnedAway = () -> new SideConnections(limit.getAsInt()).turnedAway();
        IntSupplier ask = () -> access.get().asks() ? turnedAway.getAsInt() / 2 : 0;
        this.denied = new ConnectionLimit(() -> turnedAway.getAsInt() - ask.getAsInt(), ConnectionLimit.Giving.NOBODY);
        this.asking = new ConnectionLimit(ask, ConnectionLimit.Giving.UNUSED);
        this.refused = new ConnectionLimit(turnedAway, ConnectionLimit.Giving.NOBODY);
        // A header comes with the connection, so whoever has waited longest for it is the one to go.
        this.announcing = new ConnectionLimit(
                () -> new SideConnections(limit.getAsInt()).announcing(), ConnectionLimit.Giving.UNUSED);
    }

    /**
     * Empty when the connection is to be closed without a word.
     *
     * @param tls what is known of its TLS before the handshake; empty for plain HTTP
     */
    Optional<Arrival> enter(Channel channel, Optional<Networks> proxyProtocolFrom, Optional<TlsClient> tls) {
        Optional<Caller> peer =
                Peer.of(channel).map(caller -> tls.map(caller::by).orElse(caller));
        if (peer.isEmpty()) {
            unknown.increment();
            return Optional.empty();
        }
        Caller caller = peer.get();
        if (proxyProtocolFrom.isEmpty()) {
            return judge(channel, caller);
        }
        if (!caller.address().map(proxyProtocolFrom.get()::contains).orElse(false)) {
            headerFaults.add(HeaderFault.PROXY_PEER, channel);
            return Optional.empty();
        }
        // It speaks for others, so it need not be allowed itself; but what is denied must not even speak.
        if (access.get().rules().decide(caller) instanceof Verdict.Denied verdict && !verdict.isUnlisted()) {
            return deny(channel, caller, verdict);
        }
        Optional<Seat> seat = announcing.admit(channel, caller.origin());
        if (seat.isEmpty()) {
            headerFaults.add(HeaderFault.PROXY_HEADER_LIMIT, channel);
        }
        return seat.map(waiting -> new Arrival.Announcing(caller, waiting, this));
    }

    @Override
    public Optional<Arrival> announced(Channel channel, Arrival.Announcing arrival, Caller caller) {
        if (!arrival.seat().busy()) {
            // Its seat was taken a moment before its header came, and it is about to be closed.
            return Optional.empty();
        }
        announcing.release(arrival.seat());
        return judge(channel, caller);
    }

    @Override
    public void refused(Channel channel, HeaderFault fault) {
        headerFaults.add(fault, channel);
    }

    private Optional<Arrival> judge(Channel channel, Caller caller) {
        AccessConfig current = access.get();
        if (current.rules().decide(caller) instanceof Verdict.Denied verdict) {
            boolean trusted =
                    caller.address().filter(current.trustedProxies()::contains).isPresent();
            // Whom a trusted proxy speaks for, only its requests say.
            if (!verdict.isUnlisted() || (!trusted && !current.asks())) {
                return deny(channel, caller, verdict);
            }
            if (!trusted && !approved.test(caller)) {
                return ask(channel, caller, verdict);
            }
        }
        Optional<Seat> seat = admitted.admit(channel, caller.origin());
        return Optional.of(
                seat.isPresent()
                        ? new Arrival.Admitted(caller, seat.get())
                        : new Arrival.Refused(
                                caller, refused.admit(channel, caller.origin()).isPresent()));
    }

    /** Only its requests can say who it is, and get a response that it can be approved by; they are judged like all others. */
    private Optional<Arrival> ask(Channel channel, Caller caller, Verdict.Denied verdict) {
        Optional<Seat> seat = asking.admit(channel, caller.origin());
        return seat.isPresent()
                ? seat.map(taken -> new Arrival.Admitted(caller, taken))
                : deny(channel, caller, verdict);
    }

    private Optional<Arrival> deny(Channel channel, Caller caller, Verdict.Denied verdict) {
        return denied.admit(channel, caller.origin()).map(seat -> new Arrival.Denied(caller, seat, verdict));
    }

    /** Connections open now that may be served. */
    public int open() {
        return admitted.open();
    }

    /** Connections turned away since start, by the reason. */
    public Map<String, Long> refusals() {
        Map<String, Long> counts = new HashMap<>();
        counts.put("limit", admitted.refused());
        counts.put("denied", denied.refused());
        counts.put("unknown_peer", unknown.sum());
        for (HeaderFault fault : HeaderFault.values()) {
            counts.put(fault.label(), headerFaults.count(fault));
        }
        return counts;
    }

    /** Connections that have given way to a new one since start. */
    public long displaced() {
        return admitted.displaced();
    }
}
