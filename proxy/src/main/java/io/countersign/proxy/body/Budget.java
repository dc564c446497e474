package io.countersign.proxy.body;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * An amount that all exchanges of the process share, handed out first come, first served.
 *
 * <p>A claim that does not fit waits, and so does every later one, however small: else a stream of small bodies would
 * starve a large one for ever. The lock is held for a few instructions and never while foreign code runs.
 */
public final class Budget {
    private final long limit;
    private final ArrayDeque<Claim> waiting = new ArrayDeque<>();
    private long used;

    /** Creates a budget of {@code limit} units (octets, or places). */
    public Budget(long limit) {
        this.limit = limit;
    }

    /**
     * Claims {@code amount}. When it is at hand the claim is granted on return and {@code granted} is never called;
     * else {@code granted} runs on {@code executor} once its turn has come, unless the claim was released before.
     *
     * @throws IllegalArgumentException when the amount can never be granted
     */
    public Claim claim(long amount, Executor executor, Runnable granted) {
        if (amount > limit) {
            throw new IllegalArgumentException("a claim of " + amount + " exceeds the budget of " + limit);
        }
        synchronized (waiting) {
            Claim claim = new Claim(amount, executor, granted);
            if (waiting.isEmpty() && used + amount <= limit) {
                used += amount;
                claim.state = State.HELD;
            } else {
                waiting.add(claim);
            }
            return claim;
        }
    }

    /** Units handed out now. */
    public long used() {
        synchronized (waiting) {
            return used;
        }
    }

    /** Units there are. */
    public long limit() {
        return limit;
    }

    /** Claims that wait now. */
    public int waiting() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    private enum State {
        WAITING,
        HELD,
        RELEASED
    }

    /** A part of the budget, held or waited for. */
    public final class Claim {
        private final long amount;
        private final Executor executor;
        private final Runnable granted;
        private State state = State.WAITING;

        private Claim(long amount, Executor executor, Runnable granted) {
            this.amount = amount;
            this.executor = executor;
            this.granted = granted;
        }

        /** Whether the amount is ours now. */
        public boolean isHeld() {
            synchronized (waiting) {
                return state == State.HELD;
            }
        }

        /** Gives the amount back, or gives up waiting for it; a second call does nothing. */
        public void release() {
            // Made when needed: nearly always nobody waits, and every request comes here several times.
            List<Claim> served = List.of();
            synchronized (waiting) {
                if (state == State.RELEASED) {
                    return;
                }
                if (state == State.HELD) {
                    used -= amount;
                } else {
                    waiting.remove(this);
                }
                state = State.RELEASED;
                while (!waiting.isEmpty() && used + waiting.peek().amount <= limit) {
                    Claim next = waiting.poll();
                    used += next.amount;
                    next.state = State.HELD;
                    if (served.isEmpty()) {
                        served = new ArrayList<>();
                    }
                    served.add(next);
                }
            }
            for (Claim claim : served) {
                claim.executor.execute(claim::tell);
            }
        }

        private void tell() {
            // Released between its grant and this turn of its loop: the amount is back already, nobody waits for it.
            if (isHeld()) {
                granted.run();
            }
        }
    }
}
