package io.countersign.gateway.quota;

import java.time.Duration;

/**
 * Whether a request is within its quota.
 *
 * @param waitNanos 0 when it is; else how long until the next one is
 */
public record Permit(long waitNanos) {
    static final Permit GRANTED = new Permit(0);

    /** {@code Retry-After} beyond this would have agents stay away for too long after a quota was raised. */
    private static final long MAX_RETRY_AFTER = 300;

    public boolean granted() {
        return waitNanos == 0;
    }

    /** How long until the next request is within the quota. */
    public Duration untilNext() {
        return Duration.ofNanos(waitNanos);
    }

    /** The same for {@code Retry-After}: whole seconds, from 1 to 300. */
    public int retryAfter() {
        long seconds = (waitNanos + 999_999_999) / 1_000_000_000;
        return (int) Math.max(1, Math.min(seconds, MAX_RETRY_AFTER));
    }
}
