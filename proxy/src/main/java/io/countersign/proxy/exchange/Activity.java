package io.countersign.proxy.exchange;

import java.util.concurrent.atomic.AtomicInteger;

/** Whether requests still come, and whether we are about to go: what draining goes by. Safe from any thread. */
public final class Activity {
    private final AtomicInteger running = new AtomicInteger();
    private volatile long lastSeenNanos;
    private volatile Phase phase = Phase.SERVING;

    /** How the process stands to its end. */
    public enum Phase {
        SERVING,
        /** Requests are still taken, each answered with Connection: close. */
        DRAINING,
        /** Requests are answered 503. */
        CLOSED
    }

    void begun(long nanos) {
        lastSeenNanos = nanos;
        running.incrementAndGet();
    }

    void ended(long nanos) {
        lastSeenNanos = nanos; // first: who sees that nothing runs must see since when
        running.decrementAndGet();
    }

    /** Exchanges that run now. */
    public int running() {
        return running.get();
    }

    /** When a request last began or ended, on the loops' ticker. */
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
