package io.countersign.proxy.access;

import java.time.Instant;

/**
 * When an entry of a list ends, in seconds since 1970, as an unsigned number of 32 bits: that reaches to 2106, and what is
 * said to last longer lasts until then.
 */
final class Expiry {
    /** Of an entry that has no end. */
    static final int NEVER = 0;

    private static final long MAX = 0xffff_ffffL;

    private Expiry() {}

    /** As it is kept. */
    static int seconds(Instant until) {
        return (int) Math.max(1, Math.min(MAX, until.getEpochSecond()));
    }

    /** As a number that orders by time, {@link #NEVER} last. */
    static long lasts(int seconds) {
        return seconds == NEVER ? Long.MAX_VALUE : Integer.toUnsignedLong(seconds);
    }
}
