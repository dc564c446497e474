package io.countersign.proxy.upstream;

import java.util.ArrayDeque;
import java.util.Optional;

/** Who waits for a connection to one upstream, in the order of waiting; counted with those of all loops. Confined to its loop. */
final class WaitingLine {
    private final UpstreamPool pool;
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();

    WaitingLine(UpstreamPool pool) {
        this.pool = pool;
    }

    /** Lets one more wait; false when too many do. */
    boolean add(Waiter waiter) {
        assert pool.loop().inEventLoop();
        if (pool.counts().waiting.incrementAndGet() > pool.limits().waiting()) {
            pool.counts().waiting.decrementAndGet();
            return false;
        }
        waiters.addLast(waiter);
        return true;
    }

    /** It waits no longer, if it did. */
    void remove(Waiter waiter) {
        assert pool.loop().inEventLoop();
        if (waiters.remove(waiter)) {
            pool.counts().waiting.decrementAndGet();
        }
    }

    Optional<Waiter> oldest() {
        return Optional.ofNullable(waiters.peekFirst());
    }

    Optional<Waiter> newest() {
        return Optional.ofNullable(waiters.peekLast());
    }

    /** The oldest of those that take a connection that was idle. */
    Optional<Waiter> oldestForPooled() {
        for (Waiter waiter : waiters) {
            if (waiter.takesPooled()) {
                return Optional.of(waiter);
            }
        }
        return Optional.empty();
    }

    /** All of them are to know why an attempt failed. */
    void note(UpstreamFault fault) {
        waiters.forEach(waiter -> waiter.note(fault));
    }

    int size() {
        return waiters.size();
    }
}
