package io.countersign.proxy.upstream;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The upstream connections of one event loop, a {@link Lane} for each upstream.
 *
 * <p>How many connections are in use is bounded by the exchanges in flight, and how many are idle or being opened by
 * {@link PoolLimits}, over all loops: a bound for each loop would let one starve while another has room. Confined to its
 * loop, but where a method says otherwise.
 */
public final class UpstreamPool {
    static final long NEVER = Long.MAX_VALUE;

    /** Idle connections may be closed this much after their time; nobody gets one past it in any case. */
    private static final long SLACK = TimeUnit.MILLISECONDS.toNanos(10);

    private final EventLoop loop;
    private final Opener opener;
    private final UpstreamPools all;
    private final Map<Upstream, Lane> lanes = new HashMap<>();
    private boolean closed;
    private Future<?> sweep;
    private long sweepAt = NEVER;

    /** What opens a connection: a {@link Connector}, or a test. */
    interface Opener {
        void open(Opening opening);

        /** Cuts every connection that it has opened or is opening. */
        void close();
    }

    UpstreamPool(EventLoop loop, Opener opener, UpstreamPools all) {
        this.loop = loop;
        this.opener = opener;
        this.all = all;
    }

    /**
     * Lends a stream to {@code done}: at once when a connection is idle, else when one falls idle or is open; on the loop, once
     * at most. A fault is handed over once waiting is of no use; otherwise the waiting is bounded by the exchange's own time, at
     * whose end it cancels.
     *
     * @param times connect time, and how long the connection may be kept afterwards
     */
    public Waiter acquire(Upstream upstream, ConnectionTimes times, Waiter.Wants wants, Consumer<Acquired> done) {
        assert loop.inEventLoop();
        Lane lane = lanes.computeIfAbsent(upstream, u -> new Lane(this, u));
        Waiter waiter = new Waiter(lane, times, wants, now(), done);
        lane.serve(waiter);
        return waiter;
    }

    void open(Opening opening) {
        opener.open(opening);
    }

    Lifetime newLifetime() {
        return new Lifetime(now(), all.random());
    }

    /** Sees to it that idle connections are looked through at {@code moment}, or soon after. */
    void sweepBy(long moment) {
        if (sweep != null) {
            // Not for every little bit sooner: each connection's time is jittered, and this is done for each request.
            long grain = Math.max(SLACK, (moment - now()) / 8);
            if (sweepAt - moment <= grain) {
                return;
            }
            sweep.cancel(false);
        }
        sweepAt = moment;
        sweep = loop.schedule(this::sweep, Math.max(SLACK, moment - now()), TimeUnit.NANOSECONDS);
    }

    /** Closes what has been idle for too long or belongs to a retired upstream; runs on while anything is idle. */
    private void sweep() {
        if (sweep != null) {
            sweep.cancel(false);
            sweep = null;
            sweepAt = NEVER;
        }
        long now = now();
        long nearest = NEVER;
        for (Lane lane : List.copyOf(lanes.values())) {
            boolean gone = closed || lane.upstream().isRetired();
            Predicate<PooledConnection> due = connection -> gone || connection.until() - now <= 0;
            nearest = lane.discardIdle(due, nearest);
            forgetIfUnused(lane);
        }
        if (nearest != NEVER) {
            sweepBy(nearest);
        }
    }

    /**
     * Closes the connection that has been idle for longest, if at least {@code min} are idle; false when not.
     *
     * @param upstream whose; null for anyone's
     */
    boolean closeOldest(Upstream upstream, int min) {
        List<Lane> candidates = lanes.values().stream()
                .filter(lane -> upstream == null || lane.upstream() == upstream)
                .filter(lane -> lane.idleCount() > 0)
                .toList();
        int count = candidates.stream().mapToInt(Lane::idleCount).sum();
        if (count == 0 || count < min) {
            return false;
        }
        long now = now();
        candidates.stream()
                .min(Comparator.comparingLong(lane -> lane.idleSince() - now))
                .orElseThrow()
                .discardOldest();
        return true;
    }

    /** Of the upstreams with idle connections here, that with the most above its share; null when none has as many. */
    Upstream whoseShareIsExceeded() {
        return lanes.values().stream()
                .filter(lane -> lane.idleCount() > 0 && all.hasMoreThanItsShare(lane.upstream()))
                .map(Lane::upstream)
                .max(Comparator.comparingInt(upstream -> upstream.idle.get()))
                .orElse(null);
    }

    void forgetIfUnused(Lane lane) {
        if (lane.isUnused()) {
            lanes.remove(lane.upstream(), lane);
        }
    }

    boolean mayConnect() {
        return all.mayConnect(this);
    }

    void fellIdle(Upstream upstream) {
        all.fellIdle(this, upstream);
    }

    void leftIdle(Upstream upstream) {
        all.leftIdle(upstream);
    }

    UpstreamCounts counts() {
        return all.counts();
    }

    PoolLimits limits() {
        return all.limits();
    }

    EventLoop loop() {
        return loop;
    }

    boolean isClosed() {
        return closed;
    }

    long now() {
        return loop.ticker().nanoTime();
    }

    /** Opens no more connections, and cuts those there are, as well as those being opened; from any thread. */
    public void close() {
        loop.execute(() -> {
            closed = true;
            sweep();
            opener.close();
        });
    }

    /** Lets go of retired upstreams' idle connections now rather than at the next sweep; from any thread. */
    public void dropRetired() {
        loop.execute(this::sweep);
    }
}
