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
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Where rejections are explained: on a thread of its own, since signing once more and comparing texts would hold up every
 * exchange of an event loop, and one a second for each route and cause, since a storm of them has one explanation. Shared
 * by all loops.
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
    private final ThreadPoolExecutor thread;

    public Explanations(LastRejections last) {
        this.last = last;
        thread = new ThreadPoolExecutor(
                1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), Explanations::daemon);
        thread.allowCoreThreadTimeOut(true);
    }

    private record Subject(String route, Rejection.Cause cause) {}

    private record Known(RouteConfig.HeaderRules rules, AwsKeys keys, Secrets secrets) {}

    /** When a subject was last explained, and how often it has not been since. */
    private static final class Turn {
        private boolean taken;
        private long since;
        private long passed;

        synchronized OptionalLong take(long now) {
            if (taken && now - since < GAP_NANOS) {
                passed++;
                return OptionalLong.empty();
            }
            taken = true;
            since = now;
            long before = passed;
            passed = 0;
            return OptionalLong.of(before);
        }
    }

    /**
     * Whether a rejection is to be explained.
     *
     * @param now in nanoseconds, from any origin
     * @return how many were not since the one before; empty when this one is not either
     */
    OptionalLong turn(String route, Rejection.Cause cause, long now) {
        return turns.computeIfAbsent(new Subject(route, cause), none -> new Turn()).take(now);
    }

    /** Does the work away from the loops; false when too much waits already, and then it is not done. */
    boolean submit(Runnable work) {
        try {
            thread.execute(work);
            return true;
        } catch (RejectedExecutionException full) {
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
        if (before != null && before.rules == rules && Objects.equals(before.keys, keys)) {
            return before.secrets;
        }
        Secrets secrets = keys == null ? Secrets.NONE : Secrets.of(keys);
        for (RouteConfig.SetHeader field : rules.set()) {
            if (field.fromFile() || SECRET_NAME.matcher(field.name()).matches()) {
                secrets = secrets.and(field.value()).and(field.value().substring(field.value().lastIndexOf(' ') + 1));
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
