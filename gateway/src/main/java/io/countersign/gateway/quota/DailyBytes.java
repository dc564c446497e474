package io.countersign.gateway.quota;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/** Of the bytes that a tenant may send in a day, those that are left to it; each replica has its share. */
final class DailyBytes implements ByteQuota {
    private final DailyCount count;
    private final long limit;
    private final int replicas;
    private final Clock clock;

    DailyBytes(DailyCount count, long limit, int replicas, Clock clock) {
        this.count = count;
        this.limit = limit;
        this.replicas = replicas;
        this.clock = clock;
    }

    @Override
    public void add(long bytes) {
        count.add(bytes);
    }

    @Override
    public long used() {
        return count.today().all();
    }

    @Override
    public long limit() {
        return limit;
    }

    @Override
    public double part() {
        return count.today().expected(replicas) / limit;
    }

    @Override
    public Optional<Duration> untilRenewed() {
        DailyCount.Day day = count.today();
        if (day.expected(replicas) < limit) {
            return Optional.empty();
        }
        Instant end = day.date().plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
        Duration left = Duration.between(clock.instant(), end);
        return Optional.of(left.isNegative() ? Duration.ZERO : left);
    }
}
