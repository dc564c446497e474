package io.countersign.proxy.limit;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * An amount that all exchanges of the process share: bytes of request bodies, or places in flight.
 *
 * <p>Whether a claim is granted is decided once, under the lock, and returned as {@link Claimed}. Three rules say when:
 *
 * <ul>
 *   <li><b>By size</b>: each {@link SizeClass} has a share of its own. It gets more than that only while nobody waits, and
 *       never out of what a smaller class has left of its share. Within a class it is first come, first served.
 *   <li><b>By route</b>: where there are several, a route that holds something gets more only while at least a third of what
 *       it then has stays free. So one hung route ends at three quarters, two at three sevenths each, and there is always
 *       something left for the next. A claim that waits for its own route alone does not hold up other routes.
 *   <li><b>Growing</b>: a claim that may still grow stays within the share of its class, and goes before claims that hold nothing.
 *       So those that hold a part can never wait for each other: what the largest needs is not theirs to take.
 * </ul>
 *
 * <p>The lock is held for a few instructions for each claim that waits, whose number is bounded, and never while foreign code
 * runs. Safe from any thread.
 */
public final class Budget {
    /** A claim that waits in the middle of its body keeps what was read of it, up to a read buffer. */
    private static final int MAX_GROWING_WAITS = 64;

    private final Object lock = new Object();
    private final long limit;
    private final int maxWaiting;
    private final Shares shares;

    /** Claims that hold a part and wait for more; these go first. */
    private final LinkedHashSet<Claim> growing = new LinkedHashSet<>();

    /** Claims that hold nothing yet. */
    private final LinkedHashSet<Claim> waiting = new LinkedHashSet<>();

    private Budget(long limit, int maxWaiting, SizeClass... classes) {
        this.limit = limit;
        this.maxWaiting = maxWaiting;
        this.shares = new Shares(limit, classes);
    }

    /** Bytes of memory, with a share for each size. */
    public static Budget ofBytes(long limit, int maxWaiting) {
        return new Budget(limit, maxWaiting, SizeClass.values());
    }

    /** Places, of which a claim takes one. */
    public static Budget ofPlaces(int limit, int maxWaiting) {
        return new Budget(limit, maxWaiting, SizeClass.LARGE);
    }

    /**
     * What a body of unknown length is to claim at first: a small part, where the budget is large enough for growing claims, else
     * all that it may become.
     */
    public long firstPart(long max) {
        boolean grows = SizeClass.SMALL.share(limit) >= SizeClass.SMALL.max() && max <= SizeClass.LARGE.share(limit);
        return grows ? Math.min(max, SizeClass.SMALL.max()) : max;
    }

    /** What a growing claim that needs {@code amount} is to grow to: no step that its class has too small a share for. */
    public long nextPart(long amount, long max) {
        SizeClass size = SizeClass.of(amount);
        return size.share(limit) >= size.max() ? Math.min(max, size.max()) : max;
    }

    /**
     * Begins a claim; {@link Claim#begin} asks for the amount.
     *
     * @param executor runs the callbacks
     * @throws IllegalArgumentException when the amount can never be granted
     */
    public Claim claim(Ask ask, Executor executor) {
        if (ask.max() > limit) {
            throw new IllegalArgumentException("a claim of " + ask.max() + " exceeds the budget of " + limit);
        }
        return new Claim(ask, executor);
    }

    /** Units handed out now. */
    public long used() {
        synchronized (lock) {
            return shares.used();
        }
    }

    /** Units in all. */
    public long limit() {
        return limit;
    }

    /** Claims that wait now. */
    public int waiting() {
        synchronized (lock) {
            return growing.size() + waiting.size();
        }
    }

    /** Claims that may wait at a time; where there are several routes, at most half of them may be of one route. */
    public int maxWaiting() {
        return maxWaiting;
    }

    private enum State {
        NEW,
        /** Waits for all that it wants; may hold a part already. */
        WAITING,
        /** Ours, but its executor has not run the callback yet. */
        GRANTED,
        HELD,
        RELEASED
    }

    /** A part of the budget, held or waited for. */
    public final class Claim {
        private final Ask ask;
        private final Executor executor;
        private Shares.Route route;
        private State state = State.NEW;
        private long amount;
        private long wanted;
        private Runnable granted;

        private Claim(Ask ask, Executor executor) {
            this.ask = ask;
            this.executor = executor;
            this.wanted = ask.amount();
        }

        /**
         * Asks for the amount.
         *
         * @param then runs on the executor when the return value is {@link Claimed#WAITING} and its turn has come
         */
        public Claimed begin(Runnable then) {
            synchronized (lock) {
                if (state != State.NEW) {
                    throw new IllegalStateException("this claim has begun already");
                }
                route = shares.join(ask);
                Claimed decision = decide(then);
                if (decision == Claimed.REFUSED) {
                    state = State.RELEASED;
                    shares.leave(route);
                }
                return decision;
            }
        }

        /**
         * Asks for more; what is held stays held meanwhile.
         *
         * @param total what is to be held then
         * @param then as for {@link #begin}
         */
        public Claimed growTo(long total, Runnable then) {
            synchronized (lock) {
                if (state != State.HELD || total > ask.max()) {
                    throw new IllegalStateException("a claim that is " + state + " cannot grow to " + total);
                }
                wanted = Math.max(total, amount);
                return decide(then);
            }
        }

        private Claimed decide(Runnable then) {
            if (mayPass(this, blockedNow(this)) && isWithinRoute() && hasRoom()) {
                take();
                state = State.HELD;
                return Claimed.GRANTED;
            }
            if (amount > 0 ? growing.size() >= MAX_GROWING_WAITS : isQueueFull()) {
                wanted = amount;
                return Claimed.REFUSED;
            }
            state = State.WAITING;
            granted = then;
            route.waiting++;
            (amount > 0 ? growing : waiting).add(this);
            return Claimed.WAITING;
        }

        private boolean isQueueFull() {
            return waiting.size() >= maxWaiting || (ask.shared() && route.waiting >= Math.max(1, maxWaiting / 2));
        }

        private boolean isWithinRoute() {
            return shares.isWithinRoute(route, amount, wanted);
        }

        /** A claim that may still grow has only its class's own share, so that growing claims never wait for each other. */
        private boolean hasRoom() {
            return (wanted == ask.max() || shares.isWithinClass(amount, wanted)) && shares.hasRoom(amount, wanted);
        }

        private void take() {
            shares.change(route, amount, wanted);
            amount = wanted;
        }

        /** Gives back what is held beyond {@code total}; the claim does not grow after that. */
        public void shrinkTo(long total) {
            List<Claim> served;
            synchronized (lock) {
                if (state != State.HELD || total >= amount) {
                    return;
                }
                wanted = total;
                take();
                served = serve();
            }
            announce(served);
        }

        /** Gives all back, or gives up waiting; a second call does nothing. */
        public void release() {
            List<Claim> served;
            synchronized (lock) {
                if (state == State.RELEASED || state == State.NEW) {
                    state = State.RELEASED;
                    return;
                }
                if (state == State.WAITING) {
                    growing.remove(this);
                    waiting.remove(this);
                    route.waiting--;
                }
                state = State.RELEASED;
                wanted = 0;
                take();
                shares.leave(route);
                served = serve();
            }
            announce(served);
        }

        /** Whether others wait for what this claim holds, so that it had better be used. */
        public boolean isWanted() {
            synchronized (lock) {
                return isWantedBy(growing) || isWantedBy(waiting);
            }
        }

        private boolean isWantedBy(Set<Claim> queue) {
            SizeClass mine = shares.sizeOf(amount);
            boolean borrowed = shares.isBorrowing(mine);
            for (Claim claim : queue) {
                boolean helps = borrowed || mine.compareTo(shares.sizeOf(claim.wanted)) >= 0;
                if (claim != this && helps && (claim.route == route || claim.isWithinRoute())) {
                    return true;
                }
            }
            return false;
        }

        private void run() {
            Runnable then;
            synchronized (lock) {
                if (state != State.GRANTED) {
                    // Released between its grant and this turn of its executor: the amount has been given back.
                    return;
                }
                state = State.HELD;
                then = granted;
                granted = null;
            }
            then.run();
        }
    }

    /** Grants what fits, in order; a claim that cannot be granted holds up later ones that would take what it waits for. */
    private List<Claim> serve() {
        if (growing.isEmpty() && waiting.isEmpty()) {
            // Nearly always, and every request comes here several times.
            return List.of();
        }
        List<Claim> served = new ArrayList<>();
        Set<SizeClass> blocked = EnumSet.noneOf(SizeClass.class);
        serve(growing, blocked, served);
        serve(waiting, blocked, served);
        return served;
    }

    private void serve(Set<Claim> queue, Set<SizeClass> blocked, List<Claim> served) {
        for (var claims = queue.iterator(); claims.hasNext() && shares.used() < limit; ) {
            Claim claim = claims.next();
            if (!claim.isWithinRoute()) {
                continue;
            }
            if (mayPass(claim, blocked) && claim.hasRoom()) {
                claims.remove();
                claim.route.waiting--;
                claim.take();
                claim.state = State.GRANTED;
                served.add(claim);
            } else {
                blocked.add(shares.sizeOf(claim.wanted));
            }
        }
    }

    /** Outside the lock: an executor is foreign code. */
    private static void announce(List<Claim> served) {
        for (Claim claim : served) {
            try {
                claim.executor.execute(claim::run);
            } catch (RejectedExecutionException e) {
                // Its event loop has ended, and with it whatever waited there.
                claim.release();
            }
        }
    }

    /** Whom a newcomer would have to pass: what waits now was looked at when something was last given back. */
    private Set<SizeClass> blockedNow(Claim newcomer) {
        if (growing.isEmpty() && (waiting.isEmpty() || newcomer.amount > 0)) {
            return Set.of();
        }
        Set<SizeClass> blocked = EnumSet.noneOf(SizeClass.class);
        block(growing, blocked);
        if (newcomer.amount == 0) {
            block(waiting, blocked);
        }
        return blocked;
    }

    private void block(Set<Claim> queue, Set<SizeClass> blocked) {
        for (Claim claim : queue) {
            SizeClass size = shares.sizeOf(claim.wanted);
            if (!blocked.contains(size) && claim.isWithinRoute()) {
                blocked.add(size);
                if (blocked.size() == shares.classes()) {
                    return;
                }
            }
        }
    }

    private boolean mayPass(Claim claim, Set<SizeClass> blocked) {
        return blocked.isEmpty()
                || (!blocked.contains(shares.sizeOf(claim.wanted)) && shares.isWithinClass(claim.amount, claim.wanted));
    }
}
