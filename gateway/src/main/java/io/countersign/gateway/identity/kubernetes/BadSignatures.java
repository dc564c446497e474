package io.countersign.gateway.identity.kubernetes;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What the signatures that turned out wrong within a second have cost to verify, in the cost of one of RSA: some 50 microseconds. Past its
 * limits none is verified until the next second, so that wrong tokens, however many, take about 3 % of one processor. What is limited
 * by origin alone would be open to whoever has many addresses; what is limited as a whole alone would let one of them shut out the others.
 */
final class BadSignatures {
    static final int MAX_OF_ORIGIN = 100;
    static final int MAX = 600;
    private static final long WINDOW_NANOS = 1_000_000_000L;

    private final LongSupplier ticker;
    private final Map<Object, Integer> byOrigin = new HashMap<>();
    private long since;
    private int spent;

    BadSignatures(LongSupplier ticker) {
        this.ticker = ticker;
        this.since = ticker.getAsLong();
    }

    /** Whether a signature from there may be verified now. */
    synchronized boolean allow(Object origin) {
        renew();
        return spent < MAX && byOrigin.getOrDefault(origin, 0) < MAX_OF_ORIGIN;
    }

    /** One was wrong. The map is bounded by the sum, since each costs something. */
    synchronized void add(Object origin, int cost) {
        renew();
        if (spent < MAX) {
            spent += cost;
            byOrigin.merge(origin, cost, Integer::sum);
        }
    }

    private void renew() {
        if (ticker.getAsLong() - since >= WINDOW_NANOS) {
            since = ticker.getAsLong();
            spent = 0;
            byOrigin.clear();
        }
    }
}
