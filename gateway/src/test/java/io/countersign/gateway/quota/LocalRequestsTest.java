package io.countersign.gateway.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LocalRequestsTest {
    private static final RequestLimit LIMIT = new RequestLimit(Rate.parse("10/s"), 20);

    private final AtomicLong nanos = new AtomicLong(-5);

    private int granted(RequestQuota quota, int attempts) {
        int granted = 0;
        for (int i = 0; i < attempts; i++) {
            granted += quota.take().granted() ? 1 : 0;
        }
        return granted;
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void letsTheBurstThroughAndThenTheRate() {
        RequestQuota quota = new LocalRequests(LIMIT, 1, nanos::get);
        assertEquals(20, granted(quota, 100));
        pass(Duration.ofMillis(99));
        assertEquals(0, granted(quota, 10));
        pass(Duration.ofMillis(1));
        assertEquals(1, granted(quota, 10));
        pass(Duration.ofSeconds(1));
        assertEquals(10, granted(quota, 100));
    }

    @Test
    void keepsNoMoreThanTheBurst() {
        RequestQuota quota = new LocalRequests(LIMIT, 1, nanos::get);
        pass(Duration.ofDays(100));
        assertEquals(20, granted(quota, 100));
    }

    @Test
    void saysWhenTheNextIsLetThrough() {
        RequestQuota quota = new LocalRequests(LIMIT, 1, nanos::get);
        granted(quota, 20);
        pass(Duration.ofMillis(30));
        Permit refused = quota.take();
        assertFalse(refused.granted());
        assertEquals(Duration.ofMillis(70), refused.untilNext());
        assertEquals(1, refused.retryAfter());
        pass(refused.untilNext());
        assertTrue(quota.take().granted());
    }

    @Test
    void roundsRetryAfterUpAndBoundsIt() {
        assertEquals(1, new Permit(1).retryAfter());
        assertEquals(1, new Permit(1_000_000_000L).retryAfter());
        assertEquals(2, new Permit(1_000_000_001L).retryAfter());
        assertEquals(300, new Permit(Duration.ofHours(1).toNanos()).retryAfter());
    }

    @Test
    void replicasTogetherLetThroughWhatOneWould() {
        List<RequestQuota> three = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            three.add(new LocalRequests(LIMIT, 3, nanos::get));
        }
        // 20 / 3, rounded down; nobody gets more than the quota by being several.
        assertEquals(18, three.stream().mapToInt(each -> granted(each, 100)).sum());
        pass(Duration.ofMillis(300));
        assertEquals(3, three.stream().mapToInt(each -> granted(each, 100)).sum());
    }

    @Test
    void aReplicaLetsThroughAtLeastOne() {
        RequestQuota quota = new LocalRequests(new RequestLimit(Rate.parse("1/h"), 1), 3, nanos::get);
        assertTrue(quota.take().granted());
        assertEquals(Duration.ofHours(3), quota.take().untilNext());
        pass(Duration.ofHours(3));
        assertEquals(1, granted(quota, 5));
    }

    /** As event loops do: all at the same moment. */
    @Test
    void manyThreadsGetNoMoreThanThereIs() throws Exception {
        RequestQuota quota = new LocalRequests(new RequestLimit(Rate.parse("1/h"), 10_000), 1, nanos::get);
        int threads = 4;
        CyclicBarrier together = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            Callable<Integer> each = () -> {
                together.await();
                return granted(quota, 5_000);
            };
            int sum = 0;
            for (Future<Integer> part : pool.invokeAll(List.of(each, each, each, each))) {
                sum += part.get();
            }
            assertEquals(10_000, sum);
        } finally {
            pool.shutdownNow();
        }
    }
}
