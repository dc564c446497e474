package io.countersign.proxy.response;

import io.countersign.proxy.local.LocalCause;
import io.countersign.proxy.local.LocalResponse;
import io.countersign.proxy.rejection.RecentRejections;
import io.countersign.proxy.rejection.Rejection;
import io.countersign.proxy.rejection.RouteHealth;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.secrets.Secrets;
import io.countersign.sigv4.AwsCredentials;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where what goes wrong on routes is said, and rejections are explained: on a thread of its own, since signing once more and
 * comparing texts would hold up every exchange of an event loop. Of a storm the first is explained and said at once, and
 * then the latest each time that {@link #report} says how many more there were. Shared by all loops.
 */
public final class Explanations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Explanations.class);
    static final int MAX_WAITING = 64;
    /** A field that is set, and not read from a file, is a secret by its name. */
    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i).*(?:authorization|key|token|secret|password|cookie|credential|signature).*");

    private static final Pattern NUMBERS = Pattern.compile("[0-9]+");

    private final RecentRejections last;
    private final Map<Subject, Runnable> latest = new ConcurrentHashMap<>();
    private final Map<Subject, String> said = new ConcurrentHashMap<>();
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ThreadPoolExecutor thread;

    public Explanations(RecentRejections last) {
        this.last = last;
        thread = new ThreadPoolExecutor(
                1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), Explanations::daemon);
        thread.allowCoreThreadTimeOut(true);
    }

    private record Subject(String route, Rejection.Cause cause) {}

    private record Known(RouteConfig.HeaderRules rules, Optional<AwsCredentials> keys, Secrets secrets) {}

    /**
     * Explains the first rejection of its kind now. Of those after it the latest is kept, and explained by the next
     * {@link #report}.
     *
     * @param news whether it is the first of its kind
     * @param work runs away from the loops
     * @return whether it is done at once
     */
    boolean explain(String route, Rejection.Cause cause, boolean news, Runnable work) {
        Subject subject = new Subject(route, cause);
        if (!news) {
            latest.merge(subject, work, (before, now) -> before instanceof News ? before : now);
            return false;
        }
        if (submit(work)) {
            return true;
        }
        latest.put(subject, new News(work));
        return false;
    }

    /**
     * Whether what was found is to be said in full: the first of its kind is, and later what differs from what was said last in
     * more than its numbers.
     */
    boolean isToBeSaid(String route, Rejection.Cause cause, boolean news, String found) {
        String words = NUMBERS.matcher(found).replaceAll("0");
        String before = said.put(new Subject(route, cause), words);
        return news || !words.equals(before);
    }

    /** What is to be said in full and could not be at once. */
    private record News(Runnable work) implements Runnable {
        @Override
        public void run() {
            work.run();
        }
    }

    /** Says how many failures there were since the last call, and explains the latest of each kind; never blocks. */
    public void report(Collection<Route> routes) {
        routes.forEach(this::report);
        // By key, so that one which comes meanwhile is for the next time.
        latest.keySet().forEach(subject -> {
            Runnable work = latest.remove(subject);
            if (work != null && !submit(work) && work instanceof News) {
                latest.putIfAbsent(subject, work);
            }
        });
    }

    private void report(Route route) {
        route.health()
                .report(
                        (cause, more) -> LOG.warn(
                                "{} on route {}: {} more in the last {} s",
                                cause,
                                route.name(),
                                more,
                                RouteHealth.INTERVAL.toSeconds()),
                        run -> healed(route, run));
    }

    /** The upstream answered 2xx; costs next to nothing while all is well. */
    void accepted(Route route) {
        route.health().accepted().ifPresent(run -> {
            report(route);
            healed(route, run);
        });
    }

    private static void healed(Route route, RouteHealth.Run run) {
        Duration lasted = Duration.between(run.first(), run.healed().orElse(run.last()));
        LOG.info("route {}: accepted again after {}, {} refused", route.name(), inWords(lasted), run.count());
    }

    static String inWords(Duration time) {
        if (time.toSeconds() < 120) {
            return Math.max(0, time.toSeconds()) + " s";
        }
        return time.toMinutes() < 120 ? time.toMinutes() + " min" : time.toHours() + " h";
    }

    /** A request was answered 503 so that its sender keeps its data. What AWS rejected is counted and said elsewhere. */
    public void kept(Route route, LocalResponse answer, String requestId) {
        LocalCause cause = answer.cause();
        if (cause == LocalCause.REJECTED || !cause.isTrouble()) {
            return;
        }
        RouteHealth health = route.health();
        if (cause != LocalCause.OVER_LIMIT) {
            health.failed(cause.label());
        }
        if (health.isNews(cause.label())) {
            LOG.warn(
                    "route {}: request {} answered 503, so that its sender keeps the data: {}: {}",
                    route.name(),
                    requestId,
                    cause.label(),
                    answer.detail());
        }
    }

    /** A payload was held for {@code hold-at-most}, and its sender will drop it now. */
    void gaveUp(Route route, LocalResponse answer, String requestId) {
        route.health().gaveUp();
        if (route.health().isNews("given_up")) {
            LOG.warn("route {}: request {} given up: {}", route.name(), requestId, answer.detail());
        }
    }

    /** What is known of a rejection that is not explained itself: its message, and the finding on the last one like it. */
    String known(String route, Rejection rejection) {
        String message = rejection.message();
        return last.of(route)
                .filter(like -> like.cause().equals(rejection.cause().label()))
                .map(like -> message.isEmpty() || like.finding().contains(message)
                        ? like.finding()
                        : message + "; found on request " + like.requestId() + ": " + like.finding())
                .orElse(message);
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

    void record(String route, RecentRejections.Entry entry) {
        last.record(route, entry);
    }

    /**
     * What must not be shown of a route's traffic: its credentials, and the secrets among the fields that it sets. Kept for as
     * long as neither changes.
     *
     * @param keys empty on a route that does not sign
     */
    Secrets secrets(Route route, Optional<AwsCredentials> keys) {
        RouteConfig.HeaderRules rules = route.config().rewrite().headers();
        Known before = known.get(route.name());
        if (before != null && before.rules.equals(rules) && before.keys.equals(keys)) {
            return before.secrets;
        }
        Secrets secrets = keys.map(Secrets::of).orElse(Secrets.NONE);
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
