package io.countersign.proxy.exchange;

import io.countersign.proxy.config.RouteConfig;
import io.countersign.proxy.observe.LastRejections;
import io.countersign.proxy.rejection.Rejection;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.secrets.Secrets;
import io.countersign.sigv4.AwsKeys;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/**
 * Where rejections are explained: on a thread of its own, since signing once more and comparing texts would hold up every
 * exchange of an event loop, and one a second for each route and cause, since a storm of them has one explanation: the
 * latest of that second. Shared by all loops.
 */
public final class Explanations implements AutoCloseable {
    static final int MAX_WAITING = 64;
    private static final long GAP_NANOS = Duration.ofSeconds(1).toNanos();
    /** A field that is set, and not read from a file, is a secret by its name. */
    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i).*(?:authorization|key|token|secret|password|cookie|credential|signature).*");

    private final LastRejections last;
    private final Map<Subject, Turn> turns = new ConcurrentHashMap<>();
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ScheduledThreadPoolExecutor thread;

    public Explanations(LastRejections last) {
        this.last = last;
        thread = new ScheduledThreadPoolExecutor(1, Explanations::daemon);
        thread.setKeepAliveTime(10, TimeUnit.SECONDS);
        thread.allowCoreThreadTimeOut(true);
    }

    private record Subject(String route, Rejection.Cause cause) {}

    private record Known(RouteConfig.HeaderRules rules, AwsKeys keys, Secrets secrets) {}

    /** Whose turn it is within one subject: guarded by itself. */
    private static final class Turn {
        private boolean begun;
        private long since;
        /** The latest that came too early; it is explained when the second is over. */
        private LongConsumer latest;

        private long passed;
    }

    /**
     * Explains a rejection now, or, where one like it was explained less than a second ago, when that second is over, unless
     * another one has come by then.
     *
     * @param now in nanoseconds, from any origin
     * @param work told how many like it are not explained; runs away from the loops
     * @return whether it is done at once
     */
    boolean explain(String route, Rejection.Cause cause, long now, LongConsumer work) {
        Turn turn = turns.computeIfAbsent(new Subject(route, cause), none -> new Turn());
        synchronized (turn) {
            if (turn.begun && now - turn.since < GAP_NANOS) {
                if (turn.latest == null) {
                    later(turn, GAP_NANOS - (now - turn.since));
                } else {
                    turn.passed++;
                }
                turn.latest = work;
                return false;
            }
            turn.begun = true;
            turn.since = now;
        }
        return submit(() -> work.accept(0));
    }

    private void later(Turn turn, long nanos) {
        try {
            thread.schedule(
                    () -> {
                        LongConsumer work;
                        long passed;
                        synchronized (turn) {
                            work = turn.latest;
                            passed = turn.passed;
                            turn.latest = null;
                            turn.passed = 0;
                            turn.since += GAP_NANOS;
                        }
                        work.accept(passed);
                    },
                    nanos,
                    TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            // Nobody reads the log of a proxy that has ended.
        }
    }

    /** False when too much waits already, and then it is not done. */
    private boolean submit(Runnable work) {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            return false;
        }
        try {
            thread.execute(() -> {
                waiting.decrementAndGet();
                work.run();
            });
            return true;
        } catch (RejectedExecutionException closed) {
            waiting.decrementAndGet();
            return false;
        }
    }

    void record(String route, LastRejections.Finding finding) {
        last.record(route, finding);
    }

    /**
     * What must not be shown of a route's traffic: its keys, and the secrets among the fields that it sets. Kept for as long
     * as neither changes.
     *
     * @param keys null on a route that does not sign
     */
    Secrets secrets(Route route, AwsKeys keys) {
        RouteConfig.HeaderRules rules = route.config().headers();
        Known before = known.get(route.name());
        if (before != null && before.rules.equals(rules) && Objects.equals(before.keys, keys)) {
            return before.secrets;
        }
        Secrets secrets = keys == null ? Secrets.NONE : Secrets.of(keys);
        for (RouteConfig.SetHeader field : rules.set()) {
            if (field.fromFile() || SECRET_NAME.matcher(field.name()).matches()) {
                secrets = secrets.and(field.value())
                        .and(field.value().substring(field.value().lastIndexOf(' ') + 1));
            }
        }
        known.put(route.name(), new Known(rules, keys, secrets));
        return secrets;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "countersign-rejections");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
