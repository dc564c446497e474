package io.countersign.proxy.upstream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One upstream's connections on one event loop: those that are idle, those being opened, and the exchanges that wait.
 *
 * <p>Whoever waits gets the first connection that is to be had, in the order of waiting: one that falls idle, or one that
 * has just been opened, for whomever that was begun. As many attempts to open one run as exchanges wait, fewer only past the
 * process's limit; one that succeeds when nobody waits any more leaves its connection idle. An attempt that ran out of time
 * is made again, since a connection may fall idle meanwhile; any other fault is the oldest waiter's answer.
 *
 * <p>Idle connections are lent the youngest first, so that those no longer needed grow old and go. Confined to its loop.
 */
final class Lane implements PooledConnection.Home {
    /** An exchange gives up after this many connect times when none of the upstream's connections is in use either. */
    private static final int MAX_CONNECT_TIMES = 3;

    private final UpstreamPool pool;
    private final Upstream upstream;
    private final ArrayDeque<PooledConnection> idle = new ArrayDeque<>();
    private final WaitingLine waiting;
    private int connecting;
    private int active;
    private int serving;

    Lane(UpstreamPool pool, Upstream upstream) {
        this.pool = pool;
        this.upstream = upstream;
        this.waiting = new WaitingLine(pool);
    }

    Upstream upstream() {
        return upstream;
    }

    /** Serves it, now or later. In the pool all the while: a lane that is forgotten would keep connections that no sweep finds. */
    void serve(Waiter waiter) {
        serving++;
        try {
            acquire(waiter);
        } finally {
            serving--;
            pool.forgetIfUnused(this);
        }
    }

    private void acquire(Waiter waiter) {
        if (pool.isClosed()) {
            waiter.serve(new Acquired.Failed(ConnectFaults.closing(upstream)));
            return;
        }
        PooledConnection atHand =
                waiting.oldestForPooled().isEmpty() && waiter.takesPooled() ? takeIdle(waiter.times()) : null;
        if (atHand != null) {
            lend(waiter, atHand);
            return;
        }
        if (!waiting.add(waiter)) {
            waiter.serve(new Acquired.Failed(
                    tooMany("exchanges wait for a connection", pool.limits().waiting())));
            return;
        }
        openForWaiting();
    }

    /** Lends idle connections to those who wait. */
    private void match() {
        for (Optional<Waiter> next = waiting.oldestForPooled(); next.isPresent(); next = waiting.oldestForPooled()) {
            PooledConnection connection = takeIdle(next.get().times());
            if (connection == null) {
                return;
            }
            serve(next.get(), connection);
        }
    }

    /** The youngest connection that may still be used; those that may not are closed. */
    private PooledConnection takeIdle(ConnectionTimes times) {
        long now = pool.now();
        for (PooledConnection youngest = idle.pollFirst(); youngest != null; youngest = idle.pollFirst()) {
            pool.leftIdle(upstream);
            if (youngest.isUsable(now, times.poolMaxAge())) {
                return youngest;
            }
            youngest.discard();
        }
        return null;
    }

    private void serve(Waiter waiter, PooledConnection connection) {
        waiting.remove(waiter);
        lend(waiter, connection);
    }

    private void lend(Waiter waiter, PooledConnection connection) {
        pool.counts().active.incrementAndGet();
        active++;
        waiter.serve(connection.lend(waiter.times()));
    }

    private void fail(Waiter waiter, UpstreamFault fault) {
        waiting.remove(waiter);
        waiter.serve(new Acquired.Failed(fault));
    }

    void cancelled(Waiter waiter) {
        waiting.remove(waiter);
    }

    /** Opens another connection if more wait than are being opened. */
    private void openForWaiting() {
        Optional<Waiter> newest = waiting.newest();
        // A loop that ends closes connections, and what were opened because of that would be left behind.
        if (newest.isEmpty() || waiting.size() <= connecting || pool.isClosed()) {
            return;
        }
        if (!pool.mayConnect()) {
            if (connecting == 0 && active == 0) {
                // Nothing would ever wake it.
                fail(
                        newest.get(),
                        tooMany("connections are being opened", pool.limits().connecting()));
            }
            return;
        }
        connecting++;
        pool.open(new Attempt(newest.get().times()));
    }

    /** One attempt to open a connection, with the times of whom it was begun for. */
    private final class Attempt implements Opening {
        private final ConnectionTimes times;

        Attempt(ConnectionTimes times) {
            this.times = times;
        }

        @Override
        public Upstream upstream() {
            return upstream;
        }

        @Override
        public Duration limit() {
            return times.connect();
        }

        @Override
        public boolean isWanted() {
            return !pool.isClosed();
        }

        @Override
        public void opened(UpstreamConnection connection) {
            over();
            if (connection.isClean()) {
                admit(connection, times);
            } else {
                connection.close();
                attemptFailed(new UpstreamFault(
                        UpstreamFault.Kind.CONNECTION_TERMINATED,
                        upstream + " spoke or closed the connection before a request"));
            }
            goOn();
        }

        @Override
        public void failed(UpstreamFault fault) {
            over();
            attemptFailed(fault);
            goOn();
        }

        private void over() {
            connecting--;
            pool.counts().connecting.decrementAndGet();
        }

        private void goOn() {
            openForWaiting();
            pool.forgetIfUnused(Lane.this);
        }
    }

    private void admit(UpstreamConnection opened, ConnectionTimes times) {
        PooledConnection connection = new PooledConnection(opened, pool.newLifetime(), this);
        opened.channel().closeFuture().addListener(ignored -> closed(connection));
        Optional<Waiter> next = waiting.oldest();
        if (next.isPresent()) {
            serve(next.get(), connection);
        } else {
            connection.keepBy(times);
            keep(connection);
        }
    }

    private void attemptFailed(UpstreamFault fault) {
        waiting.note(fault);
        Optional<Waiter> oldest = waiting.oldest();
        if (oldest.isEmpty() || waiting.size() <= connecting) {
            return;
        }
        long patience = MAX_CONNECT_TIMES * oldest.get().times().connect().toNanos();
        boolean hopes = oldest.get().isPatient()
                && (active > 0 || pool.now() - oldest.get().since() < patience);
        if (!fault.kind().isTimeout() || !hopes) {
            fail(oldest.get(), fault);
        }
    }

    private UpstreamFault tooMany(String what, int limit) {
        return new UpstreamFault(
                UpstreamFault.Kind.CONNECTION_LIMIT, upstream + ": as many as " + limit + " " + what + " already");
    }

    /** Takes back a connection whose exchange has ended cleanly, or never begun. */
    @Override
    public void release(PooledConnection connection) {
        if (!connection.isActive()) {
            return;
        }
        active--;
        pool.counts().active.decrementAndGet();
        keep(connection);
        if (waiting.size() > 0) {
            // In a turn of its own: the exchange that gave it back is still at its end.
            pool.loop().execute(this::match);
        }
    }

    private void keep(PooledConnection connection) {
        long now = pool.now();
        if (pool.isClosed() || upstream.isRetired() || !connection.fallIdle(now)) {
            connection.discard();
            return;
        }
        idle.addFirst(connection);
        pool.fellIdle(upstream);
        pool.sweepBy(connection.until());
    }

    private void closed(PooledConnection connection) {
        if (idle.remove(connection)) {
            pool.leftIdle(upstream);
        } else if (connection.isLent()) {
            active--;
            pool.counts().active.decrementAndGet();
            openForWaiting();
        }
        pool.forgetIfUnused(this);
    }

    /** Closes idle connections that match; returns the earliest moment at which one of the others is due. */
    long discardIdle(Predicate<PooledConnection> due, long nearest) {
        for (Iterator<PooledConnection> all = idle.iterator(); all.hasNext(); ) {
            PooledConnection connection = all.next();
            if (due.test(connection)) {
                // Out of the queue first: over TLS it takes a while to close, and nobody may get it meanwhile.
                all.remove();
                pool.leftIdle(upstream);
                connection.discard();
            } else if (nearest == UpstreamPool.NEVER || connection.until() - nearest < 0) {
                nearest = connection.until();
            }
        }
        return nearest;
    }

    /** Since when the oldest idle connection has been idle; only while there is one. */
    long idleSince() {
        return idle.getLast().idleSince();
    }

    void discardOldest() {
        PooledConnection oldest = idle.removeLast();
        pool.leftIdle(upstream);
        oldest.discard();
    }

    int idleCount() {
        return idle.size();
    }

    boolean isUnused() {
        return idle.isEmpty() && waiting.size() == 0 && connecting == 0 && active == 0 && serving == 0;
    }
}
