package io.countersign.gateway.quota;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.local.LocalBucketBuilder;
import java.util.function.LongSupplier;

/** This replica's share of a quota, counted here alone. */
final class LocalRequests implements RequestQuota {
    private final Bucket bucket;

    /** @param nanos the time, from any origin */
    LocalRequests(RequestLimit limit, int replicas, LongSupplier nanos) {
        this.bucket = bucket(limit, replicas, limit.burstOfEach(replicas), nanos);
    }

    /** @param tokens that it starts with */
    static Bucket bucket(RequestLimit limit, int replicas, long tokens, LongSupplier nanos) {
        Rate rate = limit.rate();
        return new LocalBucketBuilder()
                .addLimit(share -> share.capacity(limit.burstOfEach(replicas))
                        // A longer time instead of fewer requests: 200/s among three is no whole number.
                        .refillGreedy(rate.requests(), rate.per().multipliedBy(replicas))
                        .initialTokens(tokens))
                .withCustomTimePrecision(new Ticker(nanos))
                .build();
    }

    @Override
    public Permit take() {
        return take(bucket);
    }

    static Permit take(Bucket bucket) {
        if (bucket.tryConsume(1)) {
            return Permit.GRANTED;
        }
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        return probe.isConsumed() ? Permit.GRANTED : new Permit(Math.max(1, probe.getNanosToWaitForRefill()));
    }
}
