package io.countersign.proxy.testing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for an event with a deadline; a missed deadline fails the test and says what did not happen. */
public final class Await {
    /** Long enough for a busy machine; nothing is asserted about how much of it was used. */
    public static final Duration LIMIT = Duration.ofSeconds(40);

    private Await() {}

    /** Waits for what has no event of its own, such as the number of open file descriptors. */
    public static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("within " + LIMIT.toSeconds() + " s this did not come true: " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    public static void released(String what, CountDownLatch latch) {
        try {
            if (!latch.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("within " + LIMIT.toSeconds() + " s this did not happen: " + what);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for: " + what, e);
        }
    }
}
