package io.countersign.proxy.response;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.rejection.RecentRejections;
import io.countersign.proxy.rejection.Rejection.Cause;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExplanationsTest {
    private final Explanations explanations = new Explanations(new RecentRejections());
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
                true,
                () -> done.add(Thread.currentThread().getName())));
        assertNotEquals(Thread.currentThread().getName(), done.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void theFirstIsExplainedAtOnceAndTheLatestWithTheNextReport() throws Exception {
        assertTrue(explanations.explain("a", Cause.PERMISSION, true, () -> done.add("first")));
        for (int i = 1; i <= 5; i++) {
            String name = "number " + i;
            assertFalse(explanations.explain("a", Cause.PERMISSION, false, () -> done.add(name)));
        }
        assertFalse(explanations.explain("a", Cause.CLOCK_SKEW, false, () -> done.add("another cause")));
        assertEquals("first", done.poll(10, TimeUnit.SECONDS));
        assertTrue(done.isEmpty());
        explanations.report(List.of());
        String one = done.poll(10, TimeUnit.SECONDS);
        String other = done.poll(10, TimeUnit.SECONDS);
        assertEquals(Set.of("number 5", "another cause"), Set.of(one, other));
        explanations.report(List.of());
        assertTrue(explanations.explain("b", Cause.PERMISSION, true, () -> done.add("last")));
        assertEquals("last", done.poll(10, TimeUnit.SECONDS), "nothing is explained twice");
    }

    @Test
    void noMoreThanABoundWaitsAndWhatIsNewsIsSaidLater() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        explanations.explain("first", Cause.PERMISSION, true, () -> {
            busy.countDown();
            try {
                open.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertTrue(busy.await(10, TimeUnit.SECONDS));
        for (int i = 0; i < Explanations.MAX_WAITING; i++) {
            assertTrue(explanations.explain("route" + i, Cause.PERMISSION, true, () -> done.add("done")));
        }
        assertFalse(explanations.explain("one more", Cause.PERMISSION, true, () -> done.add("late")));
        assertFalse(explanations.explain("one more", Cause.PERMISSION, false, () -> done.add("in its place")));
        open.countDown();
        for (int i = 0; i < Explanations.MAX_WAITING; i++) {
            assertEquals("done", done.poll(10, TimeUnit.SECONDS));
        }
        explanations.report(List.of());
        assertEquals("late", done.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void saysTimesInTheirOwnUnit() {
        assertEquals("0 s", Explanations.inWords(Duration.ofMillis(-5)));
        assertEquals("119 s", Explanations.inWords(Duration.ofSeconds(119)));
        assertEquals("3 min", Explanations.inWords(Duration.ofMinutes(3)));
        assertEquals("2 h", Explanations.inWords(Duration.ofHours(2)));
    }
}
