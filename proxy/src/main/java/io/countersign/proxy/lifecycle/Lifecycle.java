package io.countersign.proxy.lifecycle;

import java.util.concurrent.atomic.AtomicInteger;

/** Whether requests still come, and whether we are about to go: what draining goes by. Safe from any thread. */
public class Lifecycle {
    private final AtomicInteger running = new AtomicInteger();
    private volatile long lastSeenNanos;
    private volatile Phase phase = Phase.SERVING;

    /** How the process stands to its end; it only moves on. */
    public enum Phase {
        SERVING,
        /** Requests are still served, each answered with Connection: close. */
        DRAINING,
        /** What runs goes on; further requests are answered 503. */
        REFUSING,
        /** What still runs is cut. */
        CLOSED
    }

    /**
     * A request has come. Returns whether it is served; only then it counts as running, until {@link #ended}. This is decided
     * here alone: asked a second time, the phase could be another.
     */
    public boolean begun(long nanos) {
        // Counted before the phase is read: whoever sets the phase and then sees that nothing runs, has seen all of
        // them.
        running.incrementAndGet();
        if (phase.compareTo(Phase.REFUSING) >= 0) {
            running.decrementAndGet();
            return false;
        }
        lastSeenNanos = nanos;
        return true;
    }

    /** A request that was served is over. */
    public void ended(long nanos) {
        lastSeenNanos = nanos; // first: who sees that nothing runs must see since when
        running.decrementAndGet();
    }

    /** Exchanges that run now. */
    public int running() {
        return running.get();
    }

    /** When a request that was served last began or ended, on the loops' ticker. */
    public long lastSeenNanos() {
        return lastSeenNanos;
    }

    public Phase phase() {
        return phase;
    }

    public void phase(Phase next) {
        phase = next;
    }
}
