package io.countersign.proxy.access;

import java.util.Arrays;

/** The ends of those entries that have one, by their positions; gathered in the order of positions. */
final class Expiries {
    private static final int POSITION_SHIFT = 32;

    private final NumberColumn gathered = new NumberColumn();
    private long[] sorted = {};

    void add(int position, int until) {
        gathered.add((long) position << POSITION_SHIFT | Integer.toUnsignedLong(until));
    }

    /** All have been added. */
    void end() {
        sorted = gathered.drain();
    }

    boolean isEmpty() {
        return sorted.length == 0;
    }

    /** The end of the entry at a position, or {@link Expiry#NEVER}. */
    int of(int position) {
        int at = Arrays.binarySearch(sorted, (long) position << POSITION_SHIFT);
        // The end itself is never 0, so no number is found: at is where the next one stands.
        int next = -at - 1;
        return next < sorted.length && (int) (sorted[next] >>> POSITION_SHIFT) == position
                ? (int) sorted[next]
                : Expiry.NEVER;
    }
}
