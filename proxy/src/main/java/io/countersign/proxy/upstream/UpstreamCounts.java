package io.countersign.proxy.upstream;

import java.util.concurrent.atomic.AtomicInteger;

/** How many upstream connections there are, over all loops. */
public final class UpstreamCounts {
    final AtomicInteger connecting = new AtomicInteger();
    final AtomicInteger active = new AtomicInteger();
    final AtomicInteger idle = new AtomicInteger();

    private final int maxIdle;

    /** @param maxIdle connections that may be idle at once, of all upstreams and loops: each holds a TLS engine */
    public UpstreamCounts(int maxIdle) {
        this.maxIdle = maxIdle;
    }

    /** Counts one more that is idle, unless there are as many as may be. */
    boolean idles() {
        int before = idle.getAndUpdate(now -> now < maxIdle ? now + 1 : now);
        return before < maxIdle;
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
