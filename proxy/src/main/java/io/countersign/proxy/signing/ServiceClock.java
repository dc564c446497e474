package io.countersign.proxy.signing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The time as one upstream sees it: our clock, corrected by what a rejection taught.
 *
 * <p>Shared between event loops; a lost update costs one more correction, so plain volatile is enough.
 */
public final class ServiceClock {
    /** Below this a Date (whole seconds, plus the way) says nothing: SigV4 allows five minutes. */
    private static final Duration NOISE = Duration.ofSeconds(30);

    /**
     * A Date further away is absurd rather than right: no machine that signs is off by more, and the time of a signature
     * must stay one that can be written ({@code x-amz-date} has four digits of a year).
     */
    static final Duration MAX_SKEW = Duration.ofDays(1);

    private final Clock clock;
    private volatile Duration skew = Duration.ZERO;

    /** Starts uncorrected. */
    public ServiceClock(Clock clock) {
        this.clock = clock;
    }

    /** The time to sign with. */
    public Instant now() {
        return clock.instant().plus(skew);
    }

    /** How far the upstream's clock is ahead of ours; negative when behind. */
    public Duration skew() {
        return skew;
    }

    /**
     * Learns from the Date of a response that refused a signature for its time; from a Date more than a day away, nothing.
     *
     * @param seen how far that Date is ahead of our own clock
     * @return whether the correction changed by so much that signing again is worth it
     */
    public boolean learn(Duration seen) {
        if (seen.compareTo(MAX_SKEW) > 0 || seen.compareTo(MAX_SKEW.negated()) < 0) {
            return false;
        }
        Duration learnt = seen.abs().compareTo(NOISE) < 0 ? Duration.ZERO : seen;
        boolean changed = learnt.minus(skew).abs().compareTo(NOISE) > 0;
        skew = learnt;
        return changed;
    }

    /** Whether a correction is in force, and so {@link #confirm} worth calling. */
    public boolean isCorrected() {
        return !skew.isZero();
    }

    /** Forgets the correction once an accepted response's Date says that our own clock is right again. */
    public void confirm(Duration seen) {
        if (seen.abs().compareTo(NOISE) < 0) {
            skew = Duration.ZERO;
        }
    }

    /** Our own clock, uncorrected. */
    public Instant uncorrected() {
        return clock.instant();
    }
}
