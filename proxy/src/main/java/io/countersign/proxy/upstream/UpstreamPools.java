package io.countersign.proxy.upstream;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * The pools of all event loops, and what they share: how many connections there are, and who gives one up when too many are
 * idle. Safe for use from all event loops.
 */
public final class UpstreamPools {
    private final PoolLimits limits;
    private final DoubleSupplier random;
    private final UpstreamCounts counts = new UpstreamCounts();
    private final List<UpstreamPool> pools = new CopyOnWriteArrayList<>();

    public UpstreamPools(PoolLimits limits) {
        this(limits, () -> ThreadLocalRandom.current().nextDouble());
    }

    /** @param random uniform from 0 to 1: by how much the time of each connection is shortened */
    UpstreamPools(PoolLimits limits, DoubleSupplier random) {
        this.limits = limits;
        this.random = random;
    }

    /** Makes the pool of a loop; to be called once for each, before there is traffic. */
    public UpstreamPool add(EventLoop loop, Connector connector) {
        return add(loop, (UpstreamPool.Opener) connector);
    }

    UpstreamPool add(EventLoop loop, UpstreamPool.Opener opener) {
        UpstreamPool pool = new UpstreamPool(loop, opener, this);
        pools.add(pool);
        return pool;
    }

    public UpstreamCounts counts() {
        return counts;
    }

    DoubleSupplier random() {
        return random;
    }

    PoolLimits limits() {
        return limits;
    }

    /** Counts one more attempt to connect, for which an idle connection may have to go; false when there are too many. */
    boolean mayConnect(UpstreamPool at) {
        if (counts.connecting.incrementAndGet() > limits.connecting()) {
            counts.connecting.decrementAndGet();
            return false;
        }
        if (tooMany()) {
            makeRoom(at, 1);
        }
        return true;
    }

    /** A connection has fallen idle in {@code at}; when that is one too many, the oldest of one of the pools is closed. */
    void fellIdle(UpstreamPool at, Upstream upstream) {
        counts.idle.incrementAndGet();
        upstream.idle.incrementAndGet();
        if (tooMany()) {
            makeRoom(at, 2);
        }
    }

    /** An idle connection has been lent, or has ended. */
    void leftIdle(Upstream upstream) {
        counts.idle.decrementAndGet();
        upstream.idle.decrementAndGet();
    }

    private boolean tooMany() {
        return counts.idle.get() + counts.connecting.get() > limits.idle();
    }

    boolean hasMoreThanItsShare(Upstream upstream) {
        return upstream.idle.get() > limits.idleShare();
    }

    /**
     * From the loop's own pool if that has an older one than that which just fell idle; else around the other pools, each
     * deciding on its own loop. Without that a loop whose neighbour holds all idle connections could keep none.
     *
     * @param min how many the loop's own pool must have
     */
    private void makeRoom(UpstreamPool at, int min) {
        Upstream whose = at.whoseShareIsExceeded();
        if (!at.closeOldest(whose, min)) {
            ask(Math.max(0, pools.indexOf(at)), 1, whose);
        }
    }

    /** @param whose connection is to go; null for anyone's */
    private void ask(int start, int hop, Upstream whose) {
        UpstreamPool pool = pools.get((start + hop) % pools.size());
        try {
            pool.loop().execute(() -> {
                if (tooMany() && !pool.closeOldest(whose, 1) && hop < pools.size()) {
                    ask(start, hop + 1, whose);
                }
            });
        } catch (RejectedExecutionException e) {
            // The loop has ended, and its connections with it.
        }
    }
}
