package io.countersign.proxy.limit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * An amount that all exchanges of the process share: bytes of request bodies, or places in flight.
 *
 * <p>Whether a claim is granted is decided once, under the lock, and returned as {@link Claimed}. Three rules say when:
 *
 * <ul>
 *   <li><b>By size</b>: each {@link SizeClass} has a share of its own. More than that it gets only while nobody waits, and never
 *       out of what a smaller class has left of its share. Within a class it is first come, first served.
 *   <li><b>By route</b>: where there are several, a route that holds something gets more only while at least a third of what
 *       it then has stays free. So one hung route ends at three quarters, two at three sevenths each, and there is always
 *       something left for the next. A claim that waits for its own route alone holds up nobody else's.
 *   <li><b>Growing</b>: a claim that may still grow stays within the share of its class, and goes before claims that hold nothing.
 *       So those that hold a part can never wait for each other: what the largest needs is not theirs to take.
 * </ul>
 *
 * <p>The lock is held for a few instructions for each claim that waits, whose number is bounded, and never while foreign code
 * runs. Safe from any thread.
 */
public final class Budget {
    /** A route gets more only while what stays free is at least its own part divided by this. */
    private static final int ROUTE_TO_FREE = 3;

    /** Claims that wait in the middle of their body keep what was read of it, up to a read buffer each. */
    private static final int MAX_GROWING_WAITS = 64;

    private final Object lock = new Object();
    private final long limit;
    private final int maxWaiting;
    private final SizeClass[] classes;
    private final long[] usedBy = new long[SizeClass.values().length];
    private final Map<String, Share> routes = new HashMap<>();
    private final Share alone = new Share();
    private final LinkedHashSet<Claim> growing = new LinkedHashSet<>();
    private final LinkedHashSet<Claim> waiting = new LinkedHashSet<>();
    private long used;

    private Budget(long limit, int maxWaiting, SizeClass... classes) {
        this.limit = limit;
        this.maxWaiting = maxWaiting;
        this.classes = classes;
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
            return used;
        }
    }

    /** Units there are. */
    public long limit() {
        return limit;
    }

    /** Claims that wait now. */
    public int waiting() {
        synchronized (lock) {
            return growing.size() + waiting.size();
        }
    }

    /** Claims that may wait at a time; of one route at most half of them, where there are several. */
    public int maxWaiting() {
        return maxWaiting;
    }

    /** What one route has and waits for. */
    private static final class Share {
        private long used;
        private int waiting;
        private int claims;
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
        private Share share;
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
                share = ask.shared() ? routes.computeIfAbsent(ask.route(), r -> new Share()) : alone;
                share.claims++;
                Claimed decision = decide(then);
                if (decision == Claimed.REFUSED) {
                    state = State.RELEASED;
                    leave();
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
            if (mayPass(this, blockedNow(this)) && isWithinRoute(this) && hasRoom(this)) {
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
            share.waiting++;
            (amount > 0 ? growing : waiting).add(this);
            return Claimed.WAITING;
        }

        private boolean isQueueFull() {
            return waiting.size() >= maxWaiting || (ask.shared() && share.waiting >= Math.max(1, maxWaiting / 2));
        }

        private void take() {
            count(-amount, amount);
            amount = wanted;
            count(amount, amount);
        }

        private void count(long change, long sizedBy) {
            used += change;
            share.used += change;
            usedBy[sizeOf(sizedBy).index()] += change;
        }

        /** Gives back what is held beyond {@code total}: the rest of the claim is of no use any more. It grows no further. */
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
            tell(served);
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
                    share.waiting--;
                }
                state = State.RELEASED;
                wanted = 0;
                take();
                leave();
                served = serve();
            }
            tell(served);
        }

        private void leave() {
            if (--share.claims == 0 && share != alone) {
                routes.remove(ask.route());
            }
        }

        /** Whether others wait for what this claim holds, so that it had better be used. */
        public boolean isWanted() {
            synchronized (lock) {
                return isWantedBy(growing) || isWantedBy(waiting);
            }
        }

        private boolean isWantedBy(Set<Claim> queue) {
            SizeClass mine = sizeOf(amount);
            boolean borrowed = usedBy[mine.index()] > shareOf(mine);
            for (Claim claim : queue) {
                boolean helps = borrowed || mine.compareTo(sizeOf(claim.wanted)) >= 0;
                if (claim != this && helps && (claim.share == share || isWithinRoute(claim))) {
                    return true;
                }
            }
            return false;
        }

        private void run() {
            Runnable then;
            synchronized (lock) {
                if (state != State.GRANTED) {
                    // Released between its grant and this turn of its executor: the amount is back, nobody waits for
                    // it.
                    return;
                }
                state = State.HELD;
                then = granted;
                granted = null;
            }
            then.run();
        }
    }

    /** Grants what fits, in order; a claim that cannot be granted holds up those behind it that would take what it waits for. */
    private List<Claim> serve() {
        if (growing.isEmpty() && waiting.isEmpty()) {
            // Nearly always, and every request comes here several times.
            return List.of();
        }
        List<Claim> served = new ArrayList<>();
        boolean[] blocked = new boolean[usedBy.length];
        serve(growing, blocked, served);
        serve(waiting, blocked, served);
        return served;
    }

    private void serve(Set<Claim> queue, boolean[] blocked, List<Claim> served) {
        for (var claims = queue.iterator(); claims.hasNext() && used < limit; ) {
            Claim claim = claims.next();
            if (!isWithinRoute(claim)) {
                continue;
            }
            if (mayPass(claim, blocked) && hasRoom(claim)) {
                claims.remove();
                claim.share.waiting--;
                claim.take();
                claim.state = State.GRANTED;
                served.add(claim);
            } else {
                blocked[sizeOf(claim.wanted).index()] = true;
            }
        }
    }

    private static void tell(List<Claim> served) {
        for (Claim claim : served) {
            try {
                claim.executor.execute(claim::run);
            } catch (RejectedExecutionException e) {
                // Its event loop has ended, and with it whoever waited.
                claim.release();
            }
        }
    }

    /** Whom a newcomer would have to pass: what waits now has been looked at when something was last given back. */
    private boolean[] blockedNow(Claim newcomer) {
        boolean[] blocked = new boolean[usedBy.length];
        block(growing, blocked);
        if (newcomer.amount == 0) {
            block(waiting, blocked);
        }
        return blocked;
    }

    private void block(Set<Claim> queue, boolean[] blocked) {
        int left = classes.length;
        for (Claim claim : queue) {
            int size = sizeOf(claim.wanted).index();
            if (!blocked[size] && isWithinRoute(claim)) {
                blocked[size] = true;
                if (--left == 0) {
                    return;
                }
            }
        }
    }

    private boolean mayPass(Claim claim, boolean[] blocked) {
        SizeClass size = sizeOf(claim.wanted);
        if (blocked[size.index()]) {
            return false;
        }
        for (boolean other : blocked) {
            if (other) {
                return isWithinShare(claim, size);
            }
        }
        return true;
    }

    private boolean hasRoom(Claim claim) {
        SizeClass size = sizeOf(claim.wanted);
        if (claim.wanted < claim.ask.max() && !isWithinShare(claim, size)) {
            return false;
        }
        long kept = 0;
        for (SizeClass smaller : classes) {
            if (smaller.compareTo(size) < 0) {
                kept += Math.max(0, shareOf(smaller) - usedWithout(claim, smaller));
            }
        }
        // A claim as large as the whole budget is granted when nothing else is held.
        kept = Math.min(kept, limit - claim.wanted);
        return used - claim.amount + claim.wanted + kept <= limit;
    }

    private boolean isWithinShare(Claim claim, SizeClass size) {
        return usedWithout(claim, size) + claim.wanted <= shareOf(size);
    }

    private long usedWithout(Claim claim, SizeClass size) {
        return usedBy[size.index()] - (claim.amount > 0 && sizeOf(claim.amount) == size ? claim.amount : 0);
    }

    private boolean isWithinRoute(Claim claim) {
        if (!claim.ask.shared()) {
            return true;
        }
        SizeClass size = sizeOf(claim.wanted);
        long usable = limit;
        for (SizeClass smaller : classes) {
            usable -= smaller.compareTo(size) < 0 ? shareOf(smaller) : 0;
        }
        long others = claim.share.used - claim.amount;
        if (others == 0 || claim.wanted > usable / ROUTE_TO_FREE) {
            // Of claims that large so few fit that a share of them would be none.
            return true;
        }
        long free = usable - (used - claim.amount + claim.wanted);
        return others + claim.wanted <= ROUTE_TO_FREE * free;
    }

    private long shareOf(SizeClass size) {
        return classes.length == 1 ? limit : size.share(limit);
    }

    private SizeClass sizeOf(long amount) {
        return classes.length == 1 ? classes[0] : SizeClass.of(amount);
    }
}
