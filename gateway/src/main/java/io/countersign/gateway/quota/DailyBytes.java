package io.countersign.gateway.quota;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * Bytes of the day, counted here. What other replicas have counted is unknown here, so that this one has its share of what was left
 * when it last heard of them: all of the quota, where it never does.
 */
final class DailyBytes implements ByteQuota {
    private final long limit;
    private final int replicas;
    private final Clock clock;
    private final AtomicReference<Day> today;

    /** @param own bytes that this replica has counted */
    private record Day(LocalDate date, LongAdder own) {
        static Day of(LocalDate date) {
            return new Day(date, new LongAdder());
        }
    }

    DailyBytes(long limit, int replicas, Clock clock) {
        this.limit = limit;
        this.replicas = replicas;
        this.clock = clock;
        this.today = new AtomicReference<>(Day.of(date()));
    }

    @Override
    public void add(long bytes) {
        day().own.add(bytes);
    }

    @Override
    public long used() {
        return day().own.sum();
    }

    @Override
    public long limit() {
        return limit;
    }

    @Override
    public double part() {
        return (double) day().own.sum() * replicas / limit;
    }

    @Override
    public Optional<Duration> untilRenewed() {
        Day day = day();
        if (part() < 1) {
            return Optional.empty();
        }
        Instant end = day.date.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
        Duration left = Duration.between(clock.instant(), end);
        return Optional.of(left.isNegative() ? Duration.ZERO : left);
    }

    private Day day() {
        LocalDate date = date();
        Day day = today.get();
        while (!day.date.equals(date)) {
            today.compareAndSet(day, Day.of(date));
            day = today.get();
        }
        return day;
    }

    private LocalDate date() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
