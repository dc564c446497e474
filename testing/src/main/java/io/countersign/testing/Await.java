package io.countersign.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Waiting for an event with a deadline; a missed deadline fails the test and says what did not happen. */
public final class Await {
    /** Long enough for a busy machine; nothing is asserted about how much of it was used. */
    public static final Duration LIMIT = Duration.ofSeconds(60);

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long MAX_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    private Await() {}

    /** A question, perhaps to another process: one that can't be asked yet counts as not true yet. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws IOException;
    }

    /** Waits for what has no event of its own, such as the number of open file descriptors. */
    public static void until(String what, Condition condition) {
        long start = System.nanoTime();
        long pause = FIRST_PAUSE;
        IOException last = null;
        do {
            try {
                if (condition.holds()) {
                    return;
                }
                last = null;
            } catch (IOException e) {
                last = e;
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, MAX_PAUSE);
        } while (System.nanoTime() - start < LIMIT.toNanos());
        throw new AssertionError("within " + LIMIT.toSeconds() + " s this did not come true: " + what, last);
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

    /** Returns the value once it is above 0 and was the same thirty times in a row, or has reached {@code enough}. */
    public static long steady(String what, LongSupplier value, long enough) {
        long[] last = {-1, 0};
        until(what, () -> {
            pace(Duration.ofMillis(10));
            long now = value.getAsLong();
            last[1] = now == last[0] && now > 0 ? last[1] + 1 : 0;
            last[0] = now;
            return last[1] == 30 || now >= enough;
        });
        return last[0];
    }

    /** Not a wait for anything, but the pace of somebody whom a test plays, such as an agent or a slow reader. */
    public static void pace(Duration pause) {
        LockSupport.parkNanos(pause.toNanos());
    }
}
