package io.countersign.gateway.quota;

/**
 * How many requests are let through: at most {@code burst} at once, and then as many as the rate allows.
 *
 * @param burst from 1
 */
public record RequestLimit(Rate rate, long burst) {
    /** More would be no limit, and keeps sums within a long. */
    public static final long MAX_BURST = 1_000_000_000;

    public RequestLimit {
        if (burst < 1 || burst > MAX_BURST) {
            throw new IllegalArgumentException("a burst of " + burst + " is not from 1 to " + MAX_BURST);
        }
    }

    /** With a burst of two seconds at that rate, or of one request, if that is more. */
    public static RequestLimit of(Rate rate) {
        return new RequestLimit(
                rate, Math.max(1, 2 * rate.requests() / rate.per().toSeconds()));
    }

    /** The part of the burst that one of {@code replicas} may let through at once; at least one request. */
    long burstOfEach(int replicas) {
        return Math.max(1, burst / replicas);
    }

    /**
     * How many requests one of {@code replicas} that share a quota may be ahead of the common count: a quarter of its part of the
     * burst, or up to 16 requests of a small one, which otherwise could never come at once. At least two.
     */
    long batch(int replicas) {
        long part = burstOfEach(replicas);
        return Math.max(2, Math.max(part / 4, Math.min(part, 16)));
    }
}
