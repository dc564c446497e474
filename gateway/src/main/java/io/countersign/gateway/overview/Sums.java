package io.countersign.gateway.overview;

import io.countersign.proxy.metrics.DurationBuckets;

/** What is counted of calls, over some time; not shared between threads. */
public final class Sums {
    static final int ACKNOWLEDGED = 0;
    static final int ERRORS = 1;
    static final int KEPT_DATA = 2;
    static final int HELD = 3;
    static final int REQUEST_BYTES = 4;
    static final int RESPONSE_BYTES = 5;

    /** The first of the {@linkplain DurationBuckets buckets}: each call is in one of them. */
    static final int DURATIONS = 6;

    static final int COUNT = DURATIONS + DurationBuckets.COUNT;

    private final long[] values = new long[COUNT];

    /** All of them together. */
    public static Sums of(Iterable<Sums> points) {
        Sums sum = new Sums();
        points.forEach(sum::add);
        return sum;
    }

    long value(int which) {
        return values[which];
    }

    void add(int which, long more) {
        values[which] += more;
    }

    void add(Sums other) {
        for (int i = 0; i < COUNT; i++) {
            values[i] += other.values[i];
        }
    }

    /** What has been added since {@code before}. */
    Sums since(Sums before) {
        Sums difference = new Sums();
        for (int i = 0; i < COUNT; i++) {
            difference.values[i] = values[i] - before.values[i];
        }
        return difference;
    }

    boolean isEmpty() {
        return requests() == 0;
    }

    public long requests() {
        long requests = 0;
        for (int i = DURATIONS; i < COUNT; i++) {
            requests += values[i];
        }
        return requests;
    }

    /** Those that the upstream answered 2xx. */
    public long acknowledged() {
        return values[ACKNOWLEDGED];
    }

    /** Those answered 4xx or 5xx, or not at all. */
    public long errors() {
        return values[ERRORS];
    }

    /** As {@code countersign_kept_data_total} counts. */
    public long keptData() {
        return values[KEPT_DATA];
    }

    /** As {@code countersign_held_total} counts. */
    public long held() {
        return values[HELD];
    }

    public long requestBytes() {
        return values[REQUEST_BYTES];
    }

    public long responseBytes() {
        return values[RESPONSE_BYTES];
    }

    /** Seconds that a part of the calls did not exceed; not a number where there was none. */
    public double quantile(double part) {
        long[] counts = new long[DurationBuckets.COUNT];
        System.arraycopy(values, DURATIONS, counts, 0, counts.length);
        return DurationBuckets.quantile(part, counts);
    }
}
