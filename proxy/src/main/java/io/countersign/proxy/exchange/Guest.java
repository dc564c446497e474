package io.countersign.proxy.exchange;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.TlsClient;
import io.countersign.proxy.limit.Seat;
import io.countersign.proxy.listen.Arrival;
import io.countersign.proxy.listen.ListenerConfig;
import java.time.Duration;
import java.util.Optional;

/**
 * Who is at the other end of a client connection, as the door has judged it.
 *
 * @param denied why it is let in only to read that it is denied; empty for who may call
 */
public record Guest(Caller caller, Seat seat, Optional<Verdict.Denied> denied) {
    /** For a denied peer: enough for a request to come and to be answered, too little to hold a place with. */
    private static final Duration DENIED_HEAD = Duration.ofSeconds(2);

    private static final Duration DENIED_LINGER = Duration.ofSeconds(1);
    private static final Duration LINGER = Duration.ofSeconds(5);

    public static Guest of(Arrival.Admitted arrival) {
        return new Guest(arrival.caller(), arrival.seat(), Optional.empty());
    }

    public static Guest of(Arrival.Denied arrival) {
        return new Guest(arrival.caller(), arrival.seat(), Optional.of(arrival.verdict()));
    }

    /** The same, at the listener that is bound so. */
    public Guest at(String listener) {
        return new Guest(caller.at(listener), seat, denied);
    }

    /** The same, once its TLS handshake is done. */
    public Guest by(TlsClient client) {
        return new Guest(caller.by(client), seat, denied);
    }

    /** For a request head, and for a TLS handshake. */
    public Duration headTimeout(ListenerConfig listener) {
        Duration time = listener.headTimeout();
        return denied.isPresent() && time.compareTo(DENIED_HEAD) > 0 ? DENIED_HEAD : time;
    }

    /** How long the connection may stay open after an answer that came before the whole request. */
    Duration linger() {
        return denied.isPresent() ? DENIED_LINGER : LINGER;
    }
}
