package io.countersign.proxy.metrics;

/** The buckets of durations, for metrics and for whoever shows the same elsewhere. */
public final class DurationBuckets {
    /** Around the ten milliseconds of an API nearby, the 29 s at which API Gateway gives up, and in between. */
    private static final double[] SECONDS = {.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 30, 60};

    /** How many there are: one for each upper bound, and one for what is beyond all of them. */
    public static final int COUNT = SECONDS.length + 1;

    private DurationBuckets() {}

    /** The upper bounds, ascending. */
    public static double[] seconds() {
        return SECONDS.clone();
    }

    /** The bucket that a duration falls into. */
    public static int of(double seconds) {
        int bucket = 0;
        while (bucket < SECONDS.length && seconds > SECONDS[bucket]) {
            bucket++;
        }
        return bucket;
    }

    /**
     * The duration that a part of all did not exceed, as PromQL's {@code histogram_quantile} estimates it.
     *
     * @param part from 0 to 1
     * @param counts by bucket
     * @return seconds; not a number where nothing was counted
     */
    public static double quantile(double part, long[] counts) {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        if (total == 0) {
            return Double.NaN;
        }
        double rank = part * total;
        long below = 0;
        for (int bucket = 0; bucket < SECONDS.length; bucket++) {
            if (below + counts[bucket] >= rank && counts[bucket] > 0) {
                double from = bucket == 0 ? 0 : SECONDS[bucket - 1];
                return from + (SECONDS[bucket] - from) * (rank - below) / counts[bucket];
            }
            below += counts[bucket];
        }
        return SECONDS[SECONDS.length - 1];
    }
}
