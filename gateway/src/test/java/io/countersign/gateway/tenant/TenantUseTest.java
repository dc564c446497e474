package io.countersign.gateway.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What several event loops take of one tenant's limits at the same moment. */
class TenantUseTest {
    private static final int LOOPS = 4;
    private static final int ROUNDS = 2000;
    private static final OptionalInt TWO = OptionalInt.of(2);
    private static final OptionalLong HUNDRED = OptionalLong.of(100);

    private final TenantUse use = new TenantUse("t");

    @Test
    void takesAllThatThereIsAndNoMore() {
        assertTrue(use.enter(TWO));
        assertTrue(use.enter(TWO));
        assertFalse(use.enter(TWO));
        use.leave();
        assertTrue(use.enter(TWO));
        assertTrue(use.hold(100, HUNDRED));
        assertFalse(use.hold(1, HUNDRED));
        assertTrue(use.hold(-1, HUNDRED));
        assertTrue(use.hold(1, HUNDRED));
    }

    /** The limit was lowered by a reload: what is held stays, and is given back. */
    @Test
    void givesBackAlsoPastTheLimit() {
        assertTrue(use.hold(90, HUNDRED));
        OptionalLong lower = OptionalLong.of(50);
        assertFalse(use.hold(1, lower));
        assertTrue(use.hold(-90, lower));
        assertEquals(0, use.buffered());
    }

    @Test
    void aLeaseGivesAllBackHoweverItEnds() {
        assertTrue(use.enter(TWO));
        TenantLease lease = new TenantLease(use, HUNDRED);
        assertTrue(lease.hold(60).isEmpty());
        assertTrue(lease.hold(101).isPresent());
        assertEquals(60, use.buffered());
        assertTrue(lease.hold(20).isEmpty());
        assertEquals(20, use.buffered());
        lease.end();
        assertTrue(lease.hold(0).isEmpty());
        assertEquals(0, use.buffered());
        assertEquals(0, use.inFlight());
    }

    /** With two places for four loops that ask at the same moment, two get one: never three, and never none for all. */
    @Test
    void ofSeveralThatAskAtOnceAsManyGetOneAsThereAre() throws Exception {
        ExecutorService loops = Executors.newFixedThreadPool(LOOPS);
        CyclicBarrier together = new CyclicBarrier(LOOPS);
        AtomicInteger places = new AtomicInteger();
        AtomicInteger bytes = new AtomicInteger();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < LOOPS; i++) {
            all.add(loops.submit(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    together.await();
                    boolean entered = use.enter(TWO);
                    boolean held = use.hold(50, HUNDRED);
                    places.addAndGet(entered ? 1 : 0);
                    bytes.addAndGet(held ? 1 : 0);
                    together.await();
                    if (entered) {
                        use.leave();
                    }
                    if (held) {
                        use.hold(-50, HUNDRED);
                    }
                }
                return null;
            }));
        }
        for (Future<?> each : all) {
            each.get();
        }
        loops.shutdown();
        assertEquals(2 * ROUNDS, places.get());
        assertEquals(2 * ROUNDS, bytes.get());
        assertEquals(0, use.inFlight());
        assertEquals(0, use.buffered());
    }
}
