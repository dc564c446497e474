package io.countersign.proxy.failover;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The upstreams that one request may go to: each once at most, in order of preference, but for those that have failed lately. Whoever uses it
 * reports how each fared; what nobody has reported is settled at the {@linkplain #end end}. Confined to the request's loop.
 *
 * @param <U> what its user knows an upstream by
 */
public final class Attempts<U> {
    private final List<U> upstreams;
    private final Optional<Failover> failover;
    private Optional<Failover.Turn> turn = Optional.empty();

    /**
     * @param upstreams in order of preference, as many as {@code failover} has
     * @param failover empty where nothing is decided: then no upstream is offered
     */
    public Attempts(List<U> upstreams, Optional<Failover> failover) {
        this.upstreams = upstreams;
        this.failover = failover;
    }

    /** The first that requests may go to; empty while all are left out. */
    public Optional<U> first() {
        return take(0);
    }

    /**
     * The next one that requests may go to; empty where there is none, and then nothing has changed.
     *
     * @param cause why the one before is left
     */
    public Optional<U> next(String cause) {
        if (turn.isEmpty()) {
            return Optional.empty();
        }
        Failover.Turn left = turn.get();
        Optional<U> next = take(left.index() + 1);
        if (next.isPresent()) {
            left.undecided();
            left.moved(cause);
        }
        return next;
    }

    private Optional<U> take(int from) {
        Optional<Failover.Turn> taken = failover.flatMap(all -> all.next(from));
        if (taken.isPresent()) {
            turn = taken;
        }
        return taken.map(found -> upstreams.get(found.index()));
    }

    /** The one under way, to report of; empty before the first, and where nothing is decided. */
    public Optional<Failover.Turn> turn() {
        return turn;
    }

    /** Whether the route names more upstreams after the one under way. */
    public boolean hasNext() {
        return turn.isPresent() && turn.get().hasNext();
    }

    /** Whether to move on where nothing could be sent: without credentials, say, which says nothing of the upstream. */
    public boolean movesOnUnsent() {
        return failover.isPresent() && failover.get().config().connect();
    }

    /** How long until one is tried that has failed. */
    public Duration untilTrial() {
        return failover.map(Failover::untilTrial).orElse(Duration.ZERO);
    }

    /** The request needs no upstream any more; what was not said of the last one says nothing of it. */
    public void end() {
        turn.ifPresent(Failover.Turn::undecided);
    }
}
