package io.countersign.gateway.quota;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** Bytes that one tenant has sent today: those counted here, and those of other replicas as far as this one has heard of them. */
final class DailyCount {
    private final String tenant;
    private final Clock clock;
    private final AtomicReference<Day> today;

    /** One day's bytes. */
    static final class Day {
        private final LocalDate date;
        private final LongAdder own = new LongAdder();
        private volatile Heard heard = new Heard(0, 0);

        private Day(LocalDate date) {
            this.date = date;
        }

        LocalDate date() {
            return date;
        }

        /** What this replica has counted. */
        long own() {
            return own.sum();
        }

        /** Whether more was counted than the others know. */
        boolean hasMore() {
            return own() != heard.own;
        }

        long all() {
            return heard.others + own();
        }

        /**
         * The same if the others have counted as much as this one since they were last heard of: then each has its share of what was
         * left. Where they are never heard of, that is its share of everything.
         */
        double expected(int replicas) {
            Heard last = heard;
            return last.others + last.own + (double) (own() - last.own) * replicas;
        }

        /** @param own what this replica had counted when it asked */
        void heard(long own, long all) {
            heard = new Heard(own, Math.max(0, all - own));
        }
    }

    /**
     * What was said at the same time.
     *
     * @param own by this replica
     * @param others by all others together
     */
    private record Heard(long own, long others) {}

    DailyCount(String tenant, Clock clock) {
        this.tenant = tenant;
        this.clock = clock;
        this.today = new AtomicReference<>(new Day(date(clock.instant())));
    }

    String tenant() {
        return tenant;
    }

    void add(long bytes) {
        today().own.add(bytes);
    }

    /** What a former process has counted, if it is still that day. */
    void restore(LocalDate date, long bytes) {
        Day day = today();
        if (day.date.equals(date)) {
            day.own.add(bytes);
        }
    }

    /** What was counted here. */
    DailyFile.Counted counted() {
        Day day = today();
        return new DailyFile.Counted(tenant, day.date, day.own());
    }

    Day today() {
        LocalDate date = date(clock.instant());
        Day day = today.get();
        while (!day.date.equals(date)) {
            today.compareAndSet(day, new Day(date));
            day = today.get();
        }
        return day;
    }

    private static LocalDate date(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }
}
