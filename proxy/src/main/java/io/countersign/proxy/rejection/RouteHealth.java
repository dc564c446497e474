package io.countersign.proxy.rejection;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How AWS takes what one route sends: since when it refuses it and why, and what that means for the next answers. Outlives
 * reloads. Shared between event loops; {@link #accepted} is cheap, the rest is for responses that went wrong.
 */
public final class RouteHealth {
    /** Ours for throttling and outages: some SDKs have 10 s in all. */
    private static final int MAX_SHORT_SECONDS = 2;
    /** Agents obey Retry-After without a bound of their own, so a cause that is mended must not be waited out for long. */
    private static final int MAX_LONG_SECONDS = 30;
    /** The upstream's own word, up to this. */
    static final int MAX_RELAYED_SECONDS = 300;

    private final Clock clock;
    private volatile long lastSuccess;
    private volatile Trouble trouble;

    /**
     * A run of refusals without one success between.
     *
     * @param cause label of the last one
     * @param since when the run began
     * @param last when it was refused last
     * @param count refusals in it
     * @param remedyFailed for which credentials a remedy has failed; empty: for none
     */
    public record Trouble(String cause, Instant since, Instant last, long count, Optional<Object> remedyFailed) {
        private Trouble refusedAgain(String next, Instant at) {
            return new Trouble(next, since, at, count + 1, remedyFailed);
        }

        private Trouble withoutRemedy(Object credentials) {
            return new Trouble(cause, since, last, count, Optional.of(credentials));
        }
    }

    public RouteHealth(Clock clock) {
        this.clock = clock;
    }

    /** The upstream answered a request with 2xx: whatever was wrong is mended. */
    public void accepted() {
        long now = clock.instant().getEpochSecond();
        // A write of every request would pass the cache line between all loops.
        if (now != lastSuccess) {
            lastSuccess = now;
        }
        if (trouble != null) {
            synchronized (this) {
                trouble = null;
            }
        }
    }

    /** AWS refused a request, for whatever is not the caller's doing. */
    public synchronized void refused(String cause) {
        Instant now = clock.instant();
        Trouble before = trouble;
        trouble = before == null ? new Trouble(cause, now, now, 1, Optional.empty()) : before.refusedAgain(cause, now);
    }

    /** A remedy did not help: until a success, or other credentials, it is not tried again. */
    public synchronized void remedyFailed(String cause, Object credentials) {
        Trouble before = trouble;
        Instant now = clock.instant();
        trouble = (before == null ? new Trouble(cause, now, now, 0, Optional.empty()) : before)
                .withoutRemedy(credentials);
    }

    /** Whether a refused request may be sent a second time with {@code credentials}, or others. */
    public boolean mayResend(Object credentials) {
        Trouble now = trouble;
        return now == null || now.remedyFailed().filter(credentials::equals).isEmpty();
    }

    /** The run of refusals that lasts; empty when the last response was a success. */
    public Optional<Trouble> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** When the last 2xx came, in whole seconds. */
    public Optional<Instant> lastSuccess() {
        long at = lastSuccess;
        return at == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(at));
    }

    /** Seconds to wait after throttling and outages: 1 or 2, so that agents don't come back all at once. */
    public static int shortWait(RandomGenerator random) {
        return 1 + random.nextInt(MAX_SHORT_SECONDS);
    }

    /** Seconds that the upstream asked for, within bounds. */
    public static int relayedWait(long seconds) {
        return (int) Math.max(1, Math.min(MAX_RELAYED_SECONDS, seconds));
    }

    /**
     * Seconds to wait for what a person has to mend: as long again as it has lasted, from 1 s to 30 s, so that a wrong role
     * does not make a fleet hammer its account's shared quota. Spread over the upper half.
     */
    public int longWait(RandomGenerator random) {
        Trouble now = trouble;
        long lasted = now == null
                ? 0
                : Math.max(0, clock.instant().getEpochSecond() - now.since().getEpochSecond());
        int wait = (int) Math.max(1, Math.min(MAX_LONG_SECONDS, lasted));
        return wait - random.nextInt(wait / 2 + 1);
    }
}
