package io.countersign.proxy.upstream;

import java.util.concurrent.atomic.AtomicInteger;

/** How many upstream connections there are, over all loops. */
public final class UpstreamCounts {
    final AtomicInteger waiting = new AtomicInteger();
    final AtomicInteger connecting = new AtomicInteger();
    final AtomicInteger active = new AtomicInteger();
    final AtomicInteger idle = new AtomicInteger();

    /** Exchanges that wait for a connection. */
    public int waiting() {
        return waiting.get();
    }

    public int connecting() {
        return connecting.get();
    }

    public int active() {
        return active.get();
    }

    public int idle() {
        return idle.get();
    }
}
