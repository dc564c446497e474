package io.countersign.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.testing.Await;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Who gets how much, when, and that everybody hears of it exactly once. */
class BudgetTest {
    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;

    /** An event loop that takes its turn when the test says so. */
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    private final List<String> granted = new ArrayList<>();

    /** The moment between the return of the one and whatever its caller looks at next is another loop's to act in. */
    @Test
    void aClaimThatWaitsOnReturnIsGrantedByItsCallbackAlone() {
        Budget budget = Budget.ofPlaces(1, 4);
        Budget.Claim first = place(budget, "first", Claimed.GRANTED);
        place(budget, "second", Claimed.WAITING);
        first.release();
        assertEquals(List.of("first"), granted, "granted outside its own loop's turn");
        turn();
        assertEquals(List.of("first", "second"), granted);
        assertEquals(0, tasks.size());
        assertEquals(1, budget.used());
    }

    @Test
    void aClaimThatIsReleasedBetweenItsGrantAndItsTurnHearsNothing() {
        Budget budget = Budget.ofPlaces(1, 4);
        Budget.Claim first = place(budget, "first", Claimed.GRANTED);
        Budget.Claim second = place(budget, "second", Claimed.WAITING);
        place(budget, "third", Claimed.WAITING);
        first.release();
        second.release();
        turn();
        assertEquals(List.of("first", "third"), granted);
        assertEquals(1, budget.used());
    }

    @Test
    void aSecondReleaseGivesNothingBack() {
        Budget budget = Budget.ofPlaces(2, 4);
        Budget.Claim first = place(budget, "first", Claimed.GRANTED);
        place(budget, "second", Claimed.GRANTED);
        first.release();
        first.release();
        assertEquals(1, budget.used());
    }

    @Test
    void aClaimCannotBeginTwice() {
        Budget.Claim claim = place(Budget.ofPlaces(2, 4), "first", Claimed.GRANTED);
        assertThrows(IllegalStateException.class, () -> claim.begin(() -> {}));
    }

    /** Its event loop has ended, and the one who gave the amount back must not suffer for it. */
    @Test
    void whatNobodyCanBeToldOfIsGivenToTheNext() {
        Budget budget = Budget.ofPlaces(1, 4);
        Budget.Claim first = place(budget, "first", Claimed.GRANTED);
        Budget.Claim dead = budget.claim(Ask.of("r", false, 1), task -> {
            throw new RejectedExecutionException("ended");
        });
        assertEquals(Claimed.WAITING, dead.begin(() -> granted.add("dead")));
        place(budget, "next", Claimed.WAITING);
        first.release();
        turn();
        assertEquals(List.of("first", "next"), granted);
    }

    @Test
    void soManyMayWaitAndNoMore() {
        Budget budget = Budget.ofPlaces(1, 2);
        Budget.Claim first = place(budget, "first", Claimed.GRANTED);
        place(budget, "second", Claimed.WAITING);
        place(budget, "third", Claimed.WAITING);
        Budget.Claim fourth = place(budget, "fourth", Claimed.REFUSED);
        fourth.release();
        assertEquals(2, budget.waiting());
        first.release();
        turn();
        assertEquals(List.of("first", "second"), granted);
        place(budget, "fifth", Claimed.WAITING);
    }

    @Test
    void aWholeChunkedBodyKeepsWhatItHolds() {
        Budget budget = bytes();
        Budget.Claim claim = grown(budget, 10 * MIB);
        claim.shrinkTo(300 * KIB);
        assertEquals(300 * KIB, budget.used());
        claim.release();
        assertEquals(0, budget.used());
    }

    @Test
    void whatIsShrunkGoesToWhoWaits() {
        Budget budget = bytes();
        List<Budget.Claim> claims = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            claims.add(bytes(budget, "large", 12 * MIB, Claimed.GRANTED));
        }
        bytes(budget, "waits", 12 * MIB, Claimed.WAITING);
        claims.get(0).shrinkTo(1);
        turn();
        assertTrue(granted.contains("waits"));
    }

    /** Six of ten MiB and as many as you like that wait for as much. */
    @Test
    void aSmallBodyNeverWaitsForLargeOnes() {
        Budget budget = bytes();
        for (int i = 0; i < 30; i++) {
            budget.claim(Ask.of("r", false, 10 * MIB), tasks::add).begin(() -> {});
        }
        for (int i = 0; i < 1024; i++) {
            bytes(budget, "small", 8 * KIB, Claimed.GRANTED);
        }
        for (int i = 0; i < 32; i++) {
            bytes(budget, "medium", 256 * KIB, Claimed.GRANTED);
        }
    }

    @Test
    void smallBodiesDoNotKeepALargeOneWaitingForever() {
        Budget budget = bytes();
        ArrayDeque<Budget.Claim> medium = new ArrayDeque<>();
        for (int i = 0; i < 200; i++) {
            medium.add(bytes(budget, "medium", 256 * KIB, Claimed.GRANTED));
        }
        bytes(budget, "large", 10 * MIB, Claimed.WAITING);
        for (int i = 0; i < 200 && !granted.contains("large"); i++) {
            medium.poll().release();
            Budget.Claim next = budget.claim(Ask.of("r", false, 256 * KIB), tasks::add);
            if (next.begin(() -> {}) == Claimed.GRANTED) {
                medium.add(next);
            } else {
                next.release();
            }
            turn();
        }
        assertTrue(granted.contains("large"), "overtaken for ever");
    }

    @Test
    void aClaimOfAllThereIsIsGrantedWhenNothingElseIsHeld() {
        Budget budget = Budget.ofBytes(64 * KIB, 4);
        Budget.Claim small = bytes(budget, "small", 5, Claimed.GRANTED);
        bytes(budget, "all", 64 * KIB, Claimed.WAITING);
        small.release();
        turn();
        assertEquals(List.of("small", "all"), granted);
        assertThrows(
                IllegalArgumentException.class, () -> budget.claim(Ask.of("r", false, 64 * KIB + 1), Runnable::run));
    }

    /** Each holds a part and wants all: whoever is first must get it, and in the end all do. */
    @Test
    void growingBodiesNeverWaitForEachOther() {
        for (long limit : new long[] {64 * KIB, 128 * KIB, MIB, 20 * MIB, 64 * MIB}) {
            long max = limit / 4 * 3;
            Budget budget = Budget.ofBytes(limit, 10_000);
            ArrayDeque<Grower> all = new ArrayDeque<>();
            for (int i = 0; i < 300; i++) {
                all.add(new Grower(budget, i % 3 == 0 ? max : Math.min(max, 300 * KIB), "r" + i % 2));
            }
            int[] done = {0};
            for (int rounds = 0; rounds < 10_000 && done[0] < 300; rounds++) {
                all.forEach(grower -> done[0] += grower.step() ? 1 : 0);
                turn();
            }
            assertEquals(300, done[0], "stuck with a budget of " + limit);
            assertEquals(0, budget.used());
            assertEquals(0, budget.waiting());
        }
    }

    /** A body that comes in parts and goes once it is whole. */
    private static final class Grower {
        private final Budget budget;
        private final Budget.Claim claim;
        private final long max;
        private long has;
        private boolean waits;
        private boolean done;

        Grower(Budget budget, long max, String route) {
            this.budget = budget;
            this.max = max;
            long first = budget.firstPart(max);
            claim = budget.claim(new Ask(route, true, first, max), Runnable::run);
            waits = claim.begin(() -> waits = false) == Claimed.WAITING;
            has = first;
        }

        /** Whether it has come to its end just now. */
        boolean step() {
            if (waits || done) {
                return false;
            }
            if (has == max) {
                done = true;
                claim.release();
                return true;
            }
            long next = budget.nextPart(has + 1, max);
            Claimed decision = claim.growTo(next, () -> waits = false);
            if (decision != Claimed.REFUSED) {
                has = next;
                waits = decision == Claimed.WAITING;
            }
            return false;
        }
    }

    @Test
    void aRouteLeavesAQuarterToTheOthers() {
        Budget budget = Budget.ofPlaces(256, 512);
        int hung = 0;
        while (budget.claim(Ask.of("hung", true, 1), tasks::add).begin(() -> {}) == Claimed.GRANTED) {
            hung++;
        }
        assertEquals(192, hung);
        int other = 0;
        while (budget.claim(Ask.of("other", true, 1), tasks::add).begin(() -> {}) == Claimed.GRANTED) {
            other++;
        }
        assertEquals(48, other);
        assertEquals(
                Claimed.GRANTED,
                budget.claim(Ask.of("third", true, 1), tasks::add).begin(() -> {}));
    }

    @Test
    void aRouteThatIsAloneHasAll() {
        Budget budget = Budget.ofPlaces(256, 512);
        for (int i = 0; i < 256; i++) {
            place(budget, "alone", Claimed.GRANTED);
        }
    }

    @Test
    void aRouteThatWaitsForItselfHoldsUpNobodyElse() {
        Budget budget = Budget.ofPlaces(4, 100);
        List<Budget.Claim> hung = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Budget.Claim claim = budget.claim(Ask.of("hung", true, 1), tasks::add);
            Claimed decision = claim.begin(() -> {});
            assertEquals(i < 3 ? Claimed.GRANTED : i < 53 ? Claimed.WAITING : Claimed.REFUSED, decision, "claim " + i);
            hung.add(claim);
        }
        for (int i = 0; i < 1000; i++) {
            Budget.Claim claim = budget.claim(Ask.of("other", true, 1), tasks::add);
            assertEquals(Claimed.GRANTED, claim.begin(() -> {}));
            claim.release();
        }
        hung.forEach(Budget.Claim::release);
        assertEquals(0, budget.used());
    }

    @Test
    void knowsWhatOthersWaitFor() {
        Budget budget = bytes();
        Budget.Claim large = bytes(budget, "large", 40 * MIB, Claimed.GRANTED);
        Budget.Claim small = bytes(budget, "small", 5, Claimed.GRANTED);
        assertFalse(large.isWanted());
        Budget.Claim waits = bytes(budget, "waits", 20 * MIB, Claimed.WAITING);
        assertTrue(large.isWanted());
        assertFalse(small.isWanted(), "its release would not help");
        waits.release();
        assertFalse(large.isWanted());
    }

    /** Two threads that claim and release as fast as they can: a budget of one, so each hand-over is between them. */
    @Test
    void everyClaimIsGrantedOnceWhateverTheThreadsDo() {
        long seed = System.nanoTime();
        System.out.println("BudgetTest: seed " + seed);
        for (int threads : new int[] {2, 4}) {
            Budget budget = Budget.ofPlaces(threads - 1, 1000);
            List<ExecutorService> loops = new ArrayList<>();
            AtomicInteger left = new AtomicInteger(threads * 20_000);
            AtomicLong inside = new AtomicLong();
            ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
            for (int i = 0; i < threads; i++) {
                loops.add(Executors.newSingleThreadExecutor());
            }
            for (int i = 0; i < threads; i++) {
                ExecutorService loop = loops.get(i);
                loop.execute(() -> new Hammer(budget, loop, left, inside, faults).next());
            }
            Await.until("all claims were granted", () -> left.get() <= 0 && budget.used() == 0);
            loops.forEach(ExecutorService::shutdownNow);
            assertEquals(List.of(), List.copyOf(faults));
        }
    }

    private record Hammer(
            Budget budget,
            ExecutorService loop,
            AtomicInteger left,
            AtomicLong inside,
            ConcurrentLinkedQueue<String> faults) {
        void next() {
            if (left.getAndDecrement() <= 0) {
                return;
            }
            AtomicInteger times = new AtomicInteger();
            Budget.Claim[] claim = {budget.claim(Ask.of("r", false, 1), loop)};
            Runnable granted = () -> {
                if (times.incrementAndGet() > 1) {
                    faults.add("granted twice");
                }
                if (inside.incrementAndGet() > budget.limit()) {
                    faults.add("more granted than there is");
                }
                loop.execute(() -> {
                    inside.decrementAndGet();
                    claim[0].release();
                    next();
                });
            };
            if (claim[0].begin(granted) == Claimed.GRANTED) {
                granted.run();
            }
        }
    }

    /** Whatever is claimed, grown, shrunk and released: never more than the limit, and nothing in the end. */
    @Test
    void staysWithinItsLimit() {
        long seed = System.nanoTime();
        System.out.println("BudgetTest: seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        Budget budget = Budget.ofBytes(8 * MIB, 50);
        List<Budget.Claim> held = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    long max = 1 + random.nextLong(random.nextBoolean() ? 8 * MIB : 20 * KIB);
                    long first = random.nextBoolean() ? max : budget.firstPart(max);
                    Budget.Claim claim = budget.claim(new Ask("r" + random.nextInt(3), true, first, max), tasks::add);
                    Claimed decision = claim.begin(() -> held.add(claim));
                    if (decision == Claimed.GRANTED) {
                        held.add(claim);
                    }
                }
                case 1 -> pick(held, random, claim -> claim.shrinkTo(random.nextLong(100 * KIB)));
                case 2 -> {
                    pick(held, random, Budget.Claim::release);
                    pick(held, random, Budget.Claim::release);
                }
                default -> turn();
            }
            assertTrue(budget.used() <= budget.limit() && budget.used() >= 0, "seed " + seed);
        }
        while (budget.used() > 0) {
            turn();
            List.copyOf(held).forEach(Budget.Claim::release);
            held.clear();
        }
        assertEquals(0, budget.waiting());
    }

    private static void pick(
            List<Budget.Claim> held, SplittableRandom random, java.util.function.Consumer<Budget.Claim> what) {
        if (!held.isEmpty()) {
            Budget.Claim claim = held.get(random.nextInt(held.size()));
            what.accept(claim);
        }
    }

    private static Budget bytes() {
        return Budget.ofBytes(64 * MIB, 1000);
    }

    private Budget.Claim place(Budget budget, String name, Claimed expected) {
        return bytes(budget, name, 1, expected);
    }

    private Budget.Claim bytes(Budget budget, String name, long amount, Claimed expected) {
        Budget.Claim claim = budget.claim(Ask.of("r", false, amount), tasks::add);
        assertEquals(expected, claim.begin(() -> granted.add(name)), name);
        if (expected == Claimed.GRANTED) {
            granted.add(name);
        }
        return claim;
    }

    private Budget.Claim grown(Budget budget, long max) {
        Budget.Claim claim = budget.claim(new Ask("r", false, budget.firstPart(max), max), tasks::add);
        assertEquals(Claimed.GRANTED, claim.begin(() -> {}));
        assertEquals(Claimed.GRANTED, claim.growTo(max, () -> {}));
        return claim;
    }

    private void turn() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
