package io.countersign.proxy.exchange;

import io.countersign.proxy.listen.ListenerConfig;
import java.time.Duration;

/**
 * How long a client connection is kept, and what is announced to its client. Confined to the connection's loop.
 *
 * <p>A client that knows when a connection ends does not send a request into its end. So every response says for how long the
 * connection will be kept ({@code Keep-Alive: timeout}), and it is kept a little longer than that. A connection that is too
 * old is announced as closing by its next response; it is closed without one only if none has been asked for a while.
 */
final class KeepAlive {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** For what is on its way when the time is over. */
    private static final long MAX_GRACE = 2 * SECOND;

    /** An old connection is left this long for one more request, whose response ends it without a race. */
    private static final long LAST_IDLE = SECOND;

    private final long idleNanos;
    private final long endsAt;
    private long promised;

    /**
     * Of a connection that has just been accepted.
     *
     * @param spread from 0 to 1: connections that began together do not all end together
     */
    KeepAlive(ListenerConfig listener, long acceptedNanos, double spread) {
        idleNanos = listener.keepAliveIdle().toNanos();
        promised = idleNanos;
        double share = 1 - spread / 10;
        endsAt = acceptedNanos + (long) (listener.maxConnectionAge().toNanos() * share);
    }

    /** Whether the connection is to end with the response that is about to begin. */
    boolean isOver(long now) {
        return endsAt - now <= 0;
    }

    /** The value of a response's Keep-Alive field; null when the time is too short for its unit. */
    String promise(long now) {
        promised = Math.min(idleNanos, Math.max(endsAt - now, LAST_IDLE));
        return promised < SECOND ? null : "timeout=" + promised / SECOND;
    }

    /** How long a connection may stay without anything happening on it. */
    Duration limit() {
        return Duration.ofNanos(idleNanos);
    }

    /** How long to wait for the next request. */
    Duration idle() {
        return Duration.ofNanos(promised + Math.min(promised / 10, MAX_GRACE));
    }
}
