package io.countersign.proxy.accesslog;

import io.countersign.proxy.exchange.ExchangeRecord;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What one route did since the last summary. Written by every event loop without a lock; {@link #drain} takes each
 * counter to zero, so that a call which ends meanwhile is counted in this summary or in the next, in part in each, but
 * never lost.
 */
final class RouteWindow {
    /** By status class; 0 is for calls without a response, 1 is never the class of a final one. */
    private final AtomicLongArray classes = new AtomicLongArray(6);

    /** Durations in steps of a quarter of a doubling, from one microsecond; the last takes what is longer. */
    private final AtomicLongArray durations = new AtomicLongArray(4 * 40);

    private final AtomicLong requestBytes = new AtomicLong();
    private final AtomicLong responseBytes = new AtomicLong();
    private final AtomicLong maxNanos = new AtomicLong();

    /** @param classes by the status's first digit, 0 for none */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Totals(long[] classes, long requestBytes, long responseBytes, long p50Nanos, long p99Nanos, long maxNanos) {
        long count() {
            long sum = 0;
            for (long some : classes) {
                sum += some;
            }
            return sum;
        }
    }

    void add(ExchangeRecord exchange) {
        int statusClass = exchange.outcome().response().status() / 100;
        classes.incrementAndGet(statusClass >= 1 && statusClass <= 5 ? statusClass : 0);
        requestBytes.addAndGet(exchange.outcome().requestBytes());
        responseBytes.addAndGet(exchange.outcome().response().bytes());
        long nanos = Math.max(0, exchange.timings().total());
        durations.incrementAndGet(bucket(nanos));
        maxNanos.accumulateAndGet(nanos, Math::max);
    }

    Totals drain() {
        long[] counts = new long[classes.length()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = classes.getAndSet(i, 0);
        }
        long[] buckets = new long[durations.length()];
        long total = 0;
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = durations.getAndSet(i, 0);
            total += buckets[i];
        }
        long max = maxNanos.getAndSet(0);
        return new Totals(
                counts,
                requestBytes.getAndSet(0),
                responseBytes.getAndSet(0),
                Math.min(max, quantile(buckets, (total + 1) / 2)),
                Math.min(max, quantile(buckets, total - total / 100)),
                max);
    }

    private static long quantile(long[] buckets, long rank) {
        long seen = 0;
        for (int i = 0; i < buckets.length; i++) {
            seen += buckets[i];
            if (seen >= rank) {
                return upperBound(i);
            }
        }
        return Long.MAX_VALUE;
    }

    private int bucket(long nanos) {
        long micros = nanos / 1000 + 1;
        int octave = 63 - Long.numberOfLeadingZeros(micros);
        // The two bits below the leading one give the quarter.
        int quarter = (int) (octave >= 2 ? micros >>> (octave - 2) : micros << (2 - octave)) & 3;
        return Math.min(4 * octave + quarter, durations.length() - 1);
    }

    /** Where the bucket ends, in nanoseconds. */
    private static long upperBound(int bucket) {
        int octave = bucket / 4;
        long quarters = 5L + bucket % 4;
        return octave >= 2 ? (quarters << (octave - 2)) * 1000 : (quarters * 1000) >> (2 - octave);
    }
}
