package io.countersign.proxy.upstream;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long one connection may be kept: idle no longer than its route says, and no longer than the upstream says itself
 * ({@code Keep-Alive: timeout=}); old no longer than its route says, so that addresses which have left DNS are left as well.
 *
 * <p>Both are shortened by up to a fifth, at random, so that connections opened together do not all go together. Times are
 * nanoseconds of the loop's ticker.
 */
final class Lifetime {
    private static final double MAX_SHORTENED = 0.2;

    /** Left of the upstream's own time, since our next request is on its way for a while. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final long openedAt;
    private final DoubleSupplier random;
    private final double share;
    private Duration idle = Duration.ZERO;
    private Duration maxAge = Duration.ZERO;
    private Duration upstreams;
    private long idleSince;
    private long until;

    /** @param random uniform from 0 to 1 */
    Lifetime(long openedAt, DoubleSupplier random) {
        this.openedAt = openedAt;
        this.random = random;
        this.share = 1 - MAX_SHORTENED * random.getAsDouble();
    }

    void keepBy(Duration idleLimit, Duration ageLimit) {
        idle = idleLimit;
        maxAge = ageLimit;
    }

    /** @param timeout what the last response says; it stays in force after responses that say nothing */
    void upstreamKeepsFor(Duration timeout) {
        Duration half = timeout.dividedBy(2);
        Duration less = timeout.minus(MARGIN);
        upstreams = less.compareTo(half) > 0 ? less : half;
    }

    /** Begins to be idle; false when it may not be kept at all. */
    boolean fallIdle(long now) {
        idleSince = now;
        double shortened = 1 - MAX_SHORTENED * random.getAsDouble();
        long kept = (long) (idle.toNanos() * shortened);
        if (upstreams != null) {
            kept = Math.min(kept, upstreams.toNanos());
        }
        until = now + Math.min(kept, ageLeft(now, maxAge));
        return until - now > 0;
    }

    /** Whether an idle connection must not be used any more by a route with this maximum age. */
    boolean isOver(long now, Duration routesMaxAge) {
        return until - now <= 0 || ageLeft(now, routesMaxAge) <= 0;
    }

    private long ageLeft(long now, Duration limit) {
        return (long) (limit.toNanos() * share) - (now - openedAt);
    }

    long idleSince() {
        return idleSince;
    }

    long until() {
        return until;
    }
}
