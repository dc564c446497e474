package io.countersign.proxy.upstream;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * One exchange's wish for a connection. It is served once at most: by a connection or a fault, unless it was cancelled
 * before. Confined to the event loop of its pool.
 */
public final class Waiter {
    /** Which connection will do. */
    public enum Wants {
        /** The first that is to be had. */
        ANY,

        /** The same, but of none that has to be tried for more than once: there is another upstream to go to. */
        ANY_SOON,

        /** One opened from now on: a pooled one has just turned out to be dead, and others may be as well. */
        FRESH
    }

    private enum State {
        WAITING,
        SERVED,
        CANCELLED
    }

    private final Lane lane;
    private final ConnectionTimes times;
    private final Wants wants;
    private final long since;
    private final Consumer<Acquired> done;
    private State state = State.WAITING;
    private UpstreamFault lastFault;

    Waiter(Lane lane, ConnectionTimes times, Wants wants, long since, Consumer<Acquired> done) {
        this.lane = lane;
        this.times = times;
        this.wants = wants;
        this.since = since;
        this.done = done;
    }

    /** Gives up waiting, after which nothing is handed over; does nothing for one that was served. */
    public void cancel() {
        if (state == State.WAITING) {
            state = State.CANCELLED;
            lane.cancelled(this);
        }
    }

    /** Whether it will still be served. */
    public boolean isWaiting() {
        return state == State.WAITING;
    }

    /** Why there is no connection so far; empty as long as no attempt to open one has failed. */
    public Optional<UpstreamFault> lastFault() {
        return Optional.ofNullable(lastFault);
    }

    ConnectionTimes times() {
        return times;
    }

    boolean takesPooled() {
        return wants != Wants.FRESH;
    }

    /** Whether another attempt to open one is to follow one that ran out of time. */
    boolean isPatient() {
        return wants != Wants.ANY_SOON;
    }

    /** When it began to wait, by the loop's ticker. */
    long since() {
        return since;
    }

    void note(UpstreamFault fault) {
        lastFault = fault;
    }

    /** Only for a waiter that has been taken out of the queue. */
    void serve(Acquired result) {
        if (state != State.WAITING) {
            throw new IllegalStateException("a waiter is served once, and this one is " + state);
        }
        state = State.SERVED;
        done.accept(result);
    }
}
