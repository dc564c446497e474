package io.countersign.proxy.credentials;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What hangs on a fetch may need the provider from another thread: so none begins or ends while the provider is locked. */
class BoundedFetchTest {
    private final List<Boolean> free = new ArrayList<>();
    private RefreshingCredentials provider;

    /** Whether another thread gets through, and what it does there. */
    private static boolean othersGetIn(Runnable what) {
        CountDownLatch in = new CountDownLatch(1);
        Thread other = new Thread(() -> {
            what.run();
            in.countDown();
        });
        other.setDaemon(true);
        other.start();
        try {
            return in.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** No fetch thread is free: the fetch ends within the call that begins it. */
    private void refuse(Runnable task) {
        boolean joined = othersGetIn(
                () -> provider.await().whenComplete((credentials, error) -> free.add(othersGetIn(provider::status))));
        free.add(joined);
        throw new RejectedExecutionException();
    }

    @Test
    void noFetchBeginsOrEndsUnderTheSourcesLock() {
        Clock clock = Clock.systemUTC();
        RefreshRuntime runtime = new RefreshRuntime(clock, (delay, task) -> () -> {}, this::refuse, () -> 0, () -> {});
        provider = new RefreshingCredentials("a", new FakeProvider(clock), runtime);
        provider.start();
        assertTrue(free.size() == 2 && !free.contains(false), "locked while a fetch began, or ended: " + free);
    }
}
