package io.countersign.proxy.telemetry;

import io.countersign.proxy.metrics.Metrics;
import io.countersign.proxy.metrics.PushCounts;
import io.countersign.proxy.route.Route;
import io.countersign.proxy.upstream.NamesConfig;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the process's own metrics by one of its routes, as OTLP over HTTP. One push at a time, each within a deadline; one that fails is not
 * repeated, since the next has the same counters and more. Never in the way of requests.
 */
public final class TelemetryPush implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TelemetryPush.class);
    /** Past what any number of routes makes of it; API Gateway takes ten times as much. */
    private static final int MAX_BYTES = 1024 * 1024;

    private final Metrics metrics;
    private final Function<String, Optional<Route>> routes;
    private final Source source;
    private final PushCounts pushes;
    private final PushClient client;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("countersign-telemetry", true));
    private final AtomicReference<CompletableFuture<Optional<String>>> running = new AtomicReference<>();
    private Optional<TelemetryConfig.Push> push = Optional.empty();
    private Optional<ScheduledFuture<?>> timer = Optional.empty();
    private volatile String trouble = "";

    /**
     * Who sends.
     *
     * @param resource attributes that tell the process from others
     * @param started when its counters began
     */
    public record Source(Map<String, String> resource, String version, Instant started, Clock clock) {}

    /**
     * Makes one; nothing is sent before {@link #take}.
     *
     * @param routes those in force, by name
     * @param loop for short work that never blocks
     * @param names how the upstream's becomes an address
     */
    public TelemetryPush(
            Metrics metrics,
            Function<String, Optional<Route>> routes,
            Source source,
            EventLoop loop,
            NamesConfig names) {
        this.metrics = metrics;
        this.routes = routes;
        this.source = source;
        this.pushes = metrics.pushes();
        this.client = new PushClient(loop, names);
    }

    /** From now on this. */
    public synchronized void take(TelemetryConfig config) {
        if (push.equals(config.push())) {
            return;
        }
        push = config.push();
        timer.ifPresent(running -> running.cancel(false));
        timer = push.map(next -> {
            long every = next.every().toMillis();
            // A fleet that was started at one moment is not to send at one moment.
            long first = ThreadLocalRandom.current().nextLong(every);
            return thread.scheduleAtFixedRate(() -> push(next), first, every, TimeUnit.MILLISECONDS);
        });
    }

    private void push(TelemetryConfig.Push to) {
        try {
            CompletableFuture<Optional<String>> before = running.get();
            Optional<Route> route = routes.apply(to.route());
            if ((before != null && !before.isDone()) || route.isEmpty()) {
                pushes.dropped();
                return;
            }
            byte[] body = metrics.otlp(
                    source.resource(),
                    source.version(),
                    source.started(),
                    source.clock().instant());
            if (body.length > MAX_BYTES) {
                pushes.dropped();
                said(
                        to,
                        Optional.of("the metrics have " + body.length + " bytes, more than the " + MAX_BYTES
                                + " that are sent; metrics.level = basic has fewer"));
                return;
            }
            CompletableFuture<Optional<String>> sent = client.send(route.get(), to.path(), body);
            running.set(sent);
            sent.thenAccept(failure -> {
                if (failure.isEmpty()) {
                    pushes.success();
                } else {
                    pushes.failure();
                }
                said(to, failure);
            });
        } catch (RuntimeException e) {
            // Else the timer would stop at the first fault.
            pushes.dropped();
            said(to, Optional.of("a fault of our own: " + e));
        }
    }

    /** A trouble is said once, and so is its end. */
    private void said(TelemetryConfig.Push to, Optional<String> failure) {
        String now = failure.orElse("");
        String before = trouble;
        trouble = now;
        if (!now.isEmpty() && !now.equals(before)) {
            LOG.warn("telemetry: metrics could not be sent by route {}: {}", to.route(), now);
        } else if (now.isEmpty() && !before.isEmpty()) {
            LOG.info("telemetry: metrics are sent again by route {}", to.route());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        client.close();
    }
}
