package io.countersign.bench;

import java.util.Arrays;

/** Up to a fixed number of times, in nanoseconds, each of them kept. Confined to one thread. */
final class Latencies {
    private final long[] nanos;
    private int count;

    Latencies(int max) {
        nanos = new long[max];
    }

    static Latencies empty() {
        return new Latencies(0);
    }

    void add(long value) {
        nanos[count++] = value;
    }

    boolean isEmpty() {
        return count == 0;
    }

    Latencies plus(Latencies other) {
        Latencies sum = new Latencies(count + other.count);
        System.arraycopy(nanos, 0, sum.nanos, 0, count);
        System.arraycopy(other.nanos, 0, sum.nanos, count, other.count);
        sum.count = count + other.count;
        return sum;
    }

    /** As JSON, in microseconds. */
    @Override
    public String toString() {
        if (isEmpty()) {
            return "{\"count\": 0}";
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return "{\"count\": " + count + ", \"p50\": " + at(sorted, 0.5) + ", \"p90\": " + at(sorted, 0.9)
                + ", \"p99\": " + at(sorted, 0.99) + ", \"p999\": " + at(sorted, 0.999) + ", \"max\": " + at(sorted, 1)
                + "}";
    }

    private static long at(long[] sorted, double part) {
        return sorted[Math.max(0, (int) Math.ceil(part * sorted.length) - 1)] / 1000;
    }
}
