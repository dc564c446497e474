package io.countersign.proxy.credentials;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * When to fetch next. Every wait is shortened by up to a tenth at random, so that a fleet that started together does not
 * ask together.
 */
final class RefreshSchedule {
    /** Long-lived credentials are read again this often: a rotated credentials file has to be noticed. */
    static final Duration REREAD = Duration.ofMinutes(5);
    /** At least this long before expiry, if credentials live long enough. */
    static final Duration LEAD = Duration.ofMinutes(5);
    /** Never sooner after a success, also when a provider hands out credentials that are about to expire. */
    static final Duration MIN_WAIT = Duration.ofSeconds(5);

    private static final Duration MAX_BACK_OFF = Duration.ofSeconds(30);
    private static final double JITTER = 0.1;

    private final DoubleSupplier random;

    /** @param random uniform from 0 to 1 */
    RefreshSchedule(DoubleSupplier random) {
        this.random = random;
    }

    /**
     * After a success. With a fifth of the lifetime left or five minutes, whichever is more, but never before half of it
     * is over: so a provider that keeps handing out the same credentials (the instance endpoint does until shortly before
     * their expiry) is asked ever more often as the end comes near, and never in a hot loop.
     */
    Duration afterSuccess(Instant now, Optional<Instant> expiry) {
        if (expiry.isEmpty()) {
            return jittered(REREAD);
        }
        Duration left = Duration.between(now, expiry.get());
        Duration lead = max(LEAD, left.dividedBy(5));
        Duration half = left.dividedBy(2);
        Duration wait = left.minus(lead.compareTo(half) < 0 ? lead : half);
        return max(MIN_WAIT, jittered(wait));
    }

    /** @param failures how many fetches in a row have failed, at least 1 */
    Duration afterFailure(int failures) {
        Duration wait = Duration.ofSeconds(1L << Math.min(failures - 1, 10));
        return jittered(wait.compareTo(MAX_BACK_OFF) < 0 ? wait : MAX_BACK_OFF);
    }

    private Duration jittered(Duration wait) {
        return wait.minusMillis((long) (wait.toMillis() * JITTER * random.getAsDouble()));
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
