package io.countersign.proxy.upstream;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Idle upstream connections of one event loop, the youngest used first, so that those no longer needed grow old and go.
 *
 * <p>How many connections there may be is bounded by the exchanges in flight, over all loops: a bound for each loop would
 * let one starve while another has room. Confined to its loop.
 */
public final class UpstreamPool {
    private final EventLoop loop;
    private final Connector connector;
    private final UpstreamCounts counts;
    private final Map<Upstream, ArrayDeque<Idle>> idle = new HashMap<>();
    private boolean closed;
    private Future<?> sweep;

    private record Idle(UpstreamConnection connection, long until) {}

    /** Creates the pool of {@code loop}. */
    public UpstreamPool(EventLoop loop, Resolver resolver, UpstreamCounts counts) {
        this.loop = loop;
        this.connector = new Connector(loop, resolver);
        this.counts = counts;
    }

    /** Hands a connection to {@code done}: at once when one is idle, else when one is open; on the loop, exactly once. */
    public void acquire(Upstream upstream, Duration connectLimit, Consumer<Acquired> done) {
        ArrayDeque<Idle> connections = idle.get(upstream);
        while (connections != null && !connections.isEmpty()) {
            UpstreamConnection connection = connections.pollFirst().connection();
            counts.idle.decrementAndGet();
            counts.active.incrementAndGet();
            connection.pooled(false);
            if (connection.isIdle()) {
                done.accept(new Acquired.Got(connection));
                return;
            }
            connection.channel().close();
        }
        counts.connecting.incrementAndGet();
        connector.connect(upstream, this, connectLimit, result -> {
            counts.connecting.decrementAndGet();
            if (result instanceof Acquired.Got got) {
                counts.active.incrementAndGet();
                got.connection().channel().closeFuture().addListener(ignored -> closed(got.connection()));
            }
            done.accept(result);
        });
    }

    /** Takes back a connection that its asker did not use after all. */
    public void giveBack(UpstreamConnection connection, Duration idleLimit) {
        connection.idleFor(idleLimit);
        release(connection);
    }

    /** Takes back a connection whose exchange has ended cleanly. */
    void release(UpstreamConnection connection) {
        if (closed || connection.upstream().isRetired() || !connection.channel().isActive()) {
            connection.channel().close();
            return;
        }
        if (!counts.idles()) {
            connection.channel().close();
            return;
        }
        counts.active.decrementAndGet();
        connection.pooled(true);
        // Jittered by up to a fifth, so that connections opened together do not all go together.
        long limit = connection.poolIdle().toNanos();
        long until =
                now() + limit - (limit < 5 ? 0 : ThreadLocalRandom.current().nextLong(limit / 5));
        idle.computeIfAbsent(connection.upstream(), u -> new ArrayDeque<>()).addFirst(new Idle(connection, until));
        if (sweep == null) {
            scheduleSweep(limit);
        }
    }

    private void closed(UpstreamConnection connection) {
        if (connection.isPooled()) {
            counts.idle.decrementAndGet();
            connection.pooled(false);
            ArrayDeque<Idle> connections = idle.get(connection.upstream());
            if (connections != null) {
                connections.removeIf(i -> i.connection() == connection);
            }
        } else {
            counts.active.decrementAndGet();
        }
    }

    private void scheduleSweep(long nanos) {
        sweep = loop.schedule(
                this::sweep, Math.max(nanos / 4, TimeUnit.MILLISECONDS.toNanos(10)), TimeUnit.NANOSECONDS);
    }

    /** Closes what has been idle for too long or belongs to a retired upstream; runs on while anything is idle. */
    private void sweep() {
        sweep = null;
        long now = now();
        long nearest = Long.MAX_VALUE;
        for (Iterator<Map.Entry<Upstream, ArrayDeque<Idle>>> all =
                        idle.entrySet().iterator();
                all.hasNext(); ) {
            Map.Entry<Upstream, ArrayDeque<Idle>> entry = all.next();
            for (Idle waiting : entry.getValue().toArray(new Idle[0])) {
                if (closed || entry.getKey().isRetired() || waiting.until() - now <= 0) {
                    waiting.connection().channel().close();
                } else {
                    nearest = Math.min(nearest, waiting.connection().poolIdle().toNanos());
                }
            }
            if (entry.getValue().isEmpty()) {
                all.remove();
            }
        }
        if (nearest != Long.MAX_VALUE) {
            scheduleSweep(nearest);
        }
    }

    private long now() {
        return loop.ticker().nanoTime();
    }

    /** Closes idle connections now, and the others after their exchange; from any thread. */
    public void close() {
        loop.execute(() -> {
            closed = true;
            sweep();
        });
    }

    /** Lets go of retired upstreams' idle connections now rather than at the next sweep; from any thread. */
    public void dropRetired() {
        loop.execute(() -> {
            if (sweep != null) {
                sweep.cancel(false);
            }
            sweep();
        });
    }
}
