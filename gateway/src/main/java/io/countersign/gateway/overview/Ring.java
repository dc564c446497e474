package io.countersign.gateway.overview;

/**
 * The last points of a series at equal distances; some twenty small numbers each. Points have the numbers of their steps, which all
 * series have in common. Guarded by whoever owns it.
 */
final class Ring {
    private static final int BYTES = 2;
    private static final int SMALL = Sums.COUNT - BYTES;

    private final int capacity;
    /** Of each point all but the bytes: no step sees more calls than an int holds. */
    private final int[] small;

    private final long[] bytes;
    private long first = -1;
    private long next;

    Ring(int capacity) {
        this.capacity = capacity;
        this.small = new int[capacity * SMALL];
        this.bytes = new long[capacity * BYTES];
    }

    /** The first may have any number; then each has the next. */
    void add(long number, Sums point) {
        first = first < 0 ? number : first;
        next = number + 1;
        int slot = (int) (number % capacity);
        int at = slot * SMALL;
        for (int i = 0; i < Sums.COUNT; i++) {
            if (!isBytes(i)) {
                small[at++] = (int) Math.min(Integer.MAX_VALUE, point.value(i));
            }
        }
        bytes[slot * BYTES] = point.value(Sums.REQUEST_BYTES);
        bytes[slot * BYTES + 1] = point.value(Sums.RESPONSE_BYTES);
    }

    private static boolean isBytes(int which) {
        return which == Sums.REQUEST_BYTES || which == Sums.RESPONSE_BYTES;
    }

    /** Nothing for a point before the first, or one that is gone. */
    Sums at(long number) {
        Sums point = new Sums();
        if (first < 0 || number < first || number >= next || number < next - capacity) {
            return point;
        }
        int slot = (int) (number % capacity);
        int at = slot * SMALL;
        for (int i = 0; i < Sums.COUNT; i++) {
            if (!isBytes(i)) {
                point.add(i, small[at++]);
            }
        }
        point.add(Sums.REQUEST_BYTES, bytes[slot * BYTES]);
        point.add(Sums.RESPONSE_BYTES, bytes[slot * BYTES + 1]);
        return point;
    }

    /** The last points together, {@code count} of them. */
    Sums last(int count) {
        Sums sum = new Sums();
        for (long number = next - count; number < next; number++) {
            sum.add(at(number));
        }
        return sum;
    }
}
