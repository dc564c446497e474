package io.countersign.gateway.identity.kubernetes;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many signatures have turned out wrong within a second: past its limits none is verified until the next one, so that wrong tokens,
 * however many, take at most a few percent of one processor. What is limited by origin alone would be open to whoever has many addresses;
 * what is limited as a whole alone would let one of them shut out the others.
 */
final class BadSignatures {
    static final int MAX_OF_ORIGIN = 20;
    static final int MAX = 200;
    private static final long WINDOW_NANOS = 1_000_000_000L;

    private final LongSupplier ticker;
    private final Map<Object, Integer> byOrigin = new HashMap<>();
    private long since;
    private int count;

    BadSignatures(LongSupplier ticker) {
        this.ticker = ticker;
        this.since = ticker.getAsLong();
    }

    /** Whether a signature from there may be verified now. */
    synchronized boolean allow(Object origin) {
        renew();
        return count < MAX && byOrigin.getOrDefault(origin, 0) < MAX_OF_ORIGIN;
    }

    /** One was wrong. The map is bounded by the count. */
    synchronized void add(Object origin) {
        renew();
        if (count < MAX) {
            count++;
            byOrigin.merge(origin, 1, Integer::sum);
        }
    }

    private void renew() {
        if (ticker.getAsLong() - since >= WINDOW_NANOS) {
            since = ticker.getAsLong();
            count = 0;
            byOrigin.clear();
        }
    }
}
