package io.countersign.proxy.accesslog;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.exchange.ExchangeRecord;
import io.countersign.proxy.logging.LogConfig;
import io.countersign.proxy.logging.Logging;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Writes calls as JSON lines; the fields are described in {@code docs/OBSERVABILITY.md}. A WebSocket has its line in each mode, when it
 * has ended; otherwise, in mode {@code errors}, the calls that succeeded appear only in {@link #summarise}, to be called once a minute. Safe from any thread.
 */
public final class AccessLog implements ExchangeObserver, AutoCloseable {
    /** For calls that no route took: not a name that a route can have. */
    private static final String NO_ROUTE = "";

    private final Logger log;
    private final Clock clock;
    private final Map<String, RouteWindow> windows = new ConcurrentHashMap<>();
    private final AtomicLong successes = new AtomicLong();
    private final FastThreadLocal<CallLine> call = new FastThreadLocal<>() {
        @Override
        protected CallLine initialValue() {
            return new CallLine();
        }
    };
    private volatile LogConfig config;

    /** @param log prints the message as it is; {@link Logging#access()} outside tests */
    public AccessLog(Logger log, LogConfig config, Clock clock) {
        this.log = log;
        this.config = checked(config);
        this.clock = clock;
    }

    /** Takes effect with the next call that ends. */
    public void configure(LogConfig next) {
        config = checked(next);
    }

    private static LogConfig checked(LogConfig config) {
        if (config.sample() < 1) {
            throw new IllegalArgumentException("log sample " + config.sample() + ": must be 1 or more");
        }
        return config;
    }

    @Override
    public void finished(ExchangeRecord exchange) {
        LogConfig current = config;
        boolean webSocket = exchange.outcome().webSocket().isPresent();
        boolean written = webSocket || failed(exchange) || exchange.verdict().orElse(null) instanceof Verdict.WouldDeny;
        switch (current.access()) {
            // A summary is of requests, and among their times that of a WebSocket says nothing.
            case ERRORS -> {
                if (!webSocket) {
                    window(exchange.route().orElse(NO_ROUTE)).add(exchange);
                }
            }
            case SAMPLE -> written |= !written && successes.getAndIncrement() % current.sample() == 0;
            case ALL -> written = true;
        }
        if (written) {
            log.info(call.get().of(exchange));
        }
    }

    /** A line for each route that had calls since the last time; none while no mode but {@code errors} was in force. */
    public void summarise() {
        windows.forEach((route, window) -> {
            RouteWindow.Totals totals = window.drain();
            if (totals.count() > 0) {
                log.info(render(route, totals));
            }
        });
    }

    /** Writes the last summary; the log itself stays open. */
    @Override
    public void close() {
        summarise();
    }

    /** What an operator wants to see: calls that were refused, failed, got no response, or were cut short. */
    private static boolean failed(ExchangeRecord exchange) {
        ExchangeRecord.Response response = exchange.outcome().response();
        return response.status() >= 400 || response.status() == 0 || !response.complete();
    }

    private RouteWindow window(String key) {
        // get first: computeIfAbsent may lock even when the key is there.
        RouteWindow window = windows.get(key);
        return window != null ? window : windows.computeIfAbsent(key, name -> new RouteWindow());
    }

    private String render(String route, RouteWindow.Totals totals) {
        JsonLine json = new JsonLine().begin().time("time", clock.millis()).text("summary", "calls");
        json.text("route", route.equals(NO_ROUTE) ? null : route).number("count", totals.count());
        long[] classes = totals.classes();
        for (int i = 2; i < classes.length; i++) {
            if (classes[i] > 0) {
                json.number(i + "xx", classes[i]);
            }
        }
        long unanswered = classes[0] + classes[1];
        if (unanswered > 0) {
            json.number("unanswered", unanswered);
        }
        json.number("request_bytes", totals.requestBytes()).number("response_bytes", totals.responseBytes());
        json.millis("p50_ms", totals.p50Nanos()).millis("p99_ms", totals.p99Nanos());
        return json.millis("max_ms", totals.maxNanos()).end();
    }
}
