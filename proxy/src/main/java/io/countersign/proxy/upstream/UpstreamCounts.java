package io.countersign.proxy.upstream;

import java.util.concurrent.atomic.AtomicInteger;

/** How many upstream connections there are, over all loops. */
public final class UpstreamCounts {
    final AtomicInteger connecting = new AtomicInteger();
    final AtomicInteger active = new AtomicInteger();
    final AtomicInteger idle = new AtomicInteger();

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
