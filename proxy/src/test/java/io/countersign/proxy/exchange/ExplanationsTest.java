package io.countersign.proxy.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.observe.LastRejections;
import io.countersign.proxy.rejection.Rejection.Cause;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExplanationsTest {
    private final Explanations explanations = new Explanations(new LastRejections());
    private final BlockingQueue<String> done = new ArrayBlockingQueue<>(1000);

    @AfterEach
    void stop() {
        explanations.close();
    }

    @Test
    void worksAwayFromTheCallersThread() throws Exception {
        assertTrue(explanations.explain(
                "a",
                Cause.PERMISSION,
                0,
                passed -> done.add(Thread.currentThread().getName())));
        assertNotEquals(Thread.currentThread().getName(), done.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void ofASecondTheFirstAndTheLatestAreExplained() throws Exception {
        long now = 7;
        assertTrue(explanations.explain("a", Cause.PERMISSION, now, passed -> done.add("first " + passed)));
        for (int i = 1; i <= 5; i++) {
            String name = "number " + i;
            assertFalse(explanations.explain("a", Cause.PERMISSION, now + i, passed -> done.add(name + " " + passed)));
        }
        assertEquals("first 0", done.poll(10, TimeUnit.SECONDS));
        assertEquals("number 5 4", done.poll(10, TimeUnit.SECONDS));
        assertTrue(done.isEmpty());
    }

    @Test
    void anotherRouteAndAnotherCauseHaveTheirOwnTurn() {
        assertTrue(explanations.explain("a", Cause.PERMISSION, 0, passed -> {}));
        assertTrue(explanations.explain("b", Cause.PERMISSION, 0, passed -> {}));
        assertTrue(explanations.explain("a", Cause.CLOCK_SKEW, 0, passed -> {}));
        assertTrue(explanations.explain("a", Cause.PERMISSION, TimeUnit.SECONDS.toNanos(1), passed -> {}));
    }

    @Test
    void noMoreThanABoundWaits() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        explanations.explain("first", Cause.PERMISSION, 0, passed -> {
            busy.countDown();
            try {
                open.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertTrue(busy.await(10, TimeUnit.SECONDS));
        for (int i = 0; i < Explanations.MAX_WAITING; i++) {
            assertTrue(explanations.explain("route" + i, Cause.PERMISSION, 0, passed -> done.add("done")));
        }
        assertFalse(explanations.explain("one more", Cause.PERMISSION, 0, passed -> done.add("too many")));
        open.countDown();
        for (int i = 0; i < Explanations.MAX_WAITING; i++) {
            assertEquals("done", done.poll(10, TimeUnit.SECONDS));
        }
    }
}
