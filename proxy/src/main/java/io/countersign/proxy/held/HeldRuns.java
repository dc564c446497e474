package io.countersign.proxy.held;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** A bounded number of runs, by who sends. */
final class HeldRuns {
    /** Twice the longest Retry-After that agents are sent. */
    private static final Duration QUIET = Duration.ofMinutes(10);

    private static final int MAX_TEXT = 96;

    private final int max;
    private final Map<Key, Run> runs = new ConcurrentHashMap<>();
    private final LongAdder uncounted = new LongAdder();

    /** By what a sender is known, from one request to the next. */
    record Key(Agent agent, Object who, Optional<String> tenant, Optional<String> route, Optional<String> userAgent) {}

    private record Run(String cause, long since, long last, long requests) {}

    HeldRuns(int max) {
        this.max = max;
    }

    static String cut(String userAgent) {
        return userAgent.length() <= MAX_TEXT ? userAgent : userAgent.substring(0, MAX_TEXT);
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    void failed(Key key, String cause, long atMillis) {
        if (runs.size() >= max && !runs.containsKey(key)) {
            // Room is made when somebody looks, since it takes time. A few more may get in when several threads add at
            // once.
            uncounted.increment();
            return;
        }
        runs.compute(
                key,
                (same, before) -> before == null || atMillis - before.last > QUIET.toMillis()
                        ? new Run(cause, atMillis, atMillis, 1)
                        : new Run(
                                cause,
                                Math.min(before.since, atMillis),
                                Math.max(before.last, atMillis),
                                before.requests + 1));
    }

    void ended(Key key) {
        runs.remove(key);
    }

    /** Those that last. */
    Stream<HeldRun> all(Instant now) {
        long quiet = now.minus(QUIET).toEpochMilli();
        runs.values().removeIf(run -> run.last < quiet);
        return runs.entrySet().stream().map(entry -> shown(entry.getKey(), entry.getValue()));
    }

    private static HeldRun shown(Key key, Run run) {
        return new HeldRun(
                new HeldRun.Sender(key.agent, key.userAgent, key.who, key.tenant, key.route),
                run.cause,
                Instant.ofEpochMilli(run.since),
                Instant.ofEpochMilli(run.last),
                run.requests);
    }

    long uncounted() {
        return uncounted.sum();
    }
}
