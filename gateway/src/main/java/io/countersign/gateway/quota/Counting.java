package io.countersign.gateway.quota;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The way in which quotas are counted: alone, or with other replicas.
 *
 * @param shared with others; empty: alone
 */
record Counting(LongSupplier nanos, Clock clock, Optional<SharedQuotas> shared) {
    RequestQuota requests(String tenant, RequestLimit limit, int replicas) {
        return shared.<RequestQuota>map(with -> new SharedRequests(tenant, limit, replicas, nanos, with::fetch))
                .orElseGet(() -> new LocalRequests(limit, replicas, nanos));
    }

    DailyCount bytes(String tenant) {
        return new DailyCount(tenant, clock);
    }

    ByteQuota bytes(DailyCount count, long perDay, int replicas) {
        return new DailyBytes(count, perDay, replicas, clock);
    }

    /** These are in force. */
    void serve(List<RequestQuota> requests, List<DailyCount> bytes) {
        shared.ifPresent(with -> with.serve(
                requests.stream()
                        .filter(SharedRequests.class::isInstance)
                        .map(SharedRequests.class::cast)
                        .toList(),
                bytes));
    }
}
