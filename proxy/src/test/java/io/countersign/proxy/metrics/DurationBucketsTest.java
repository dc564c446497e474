package io.countersign.proxy.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DurationBucketsTest {
    @Test
    void aBoundBelongsToItsBucket() {
        assertEquals(0, DurationBuckets.of(0));
        assertEquals(0, DurationBuckets.of(0.001));
        assertEquals(1, DurationBuckets.of(0.0011));
        assertEquals(15, DurationBuckets.of(60));
        assertEquals(16, DurationBuckets.of(61));
        assertEquals(16, DurationBuckets.of(Double.POSITIVE_INFINITY));
    }

    /** As PromQL: within a bucket as if its calls were spread evenly; beyond the last bound, that bound. */
    @Test
    void estimatesQuantilesAsPrometheusDoes() {
        long[] counts = new long[DurationBuckets.COUNT];
        assertEquals(Double.NaN, DurationBuckets.quantile(0.5, counts));
        counts[3] = 10; // 5 to 10 ms
        assertEquals(0.0075, DurationBuckets.quantile(0.5, counts), 1e-9);
        assertEquals(0.01, DurationBuckets.quantile(1, counts), 1e-9);
        counts[0] = 30;
        assertEquals(0.001 * 20 / 30, DurationBuckets.quantile(0.5, counts), 1e-9);
        counts[16] = 60;
        assertEquals(60, DurationBuckets.quantile(0.99, counts), 1e-9);
    }
}
