package io.countersign.proxy.accesslog;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.ClientCertificate;
import io.countersign.proxy.caller.Identity;
import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.exchange.ExchangeRecord;
import io.countersign.proxy.logging.LogConfig;
import io.countersign.proxy.logging.Logging;
import io.netty.util.concurrent.FastThreadLocal;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Writes calls as JSON lines; the fields are described in {@code docs/OBSERVABILITY.md}. In mode {@code errors} the
 * calls that succeeded appear only in {@link #summarise}, to be called once a minute. Safe from any thread.
 */
public final class AccessLog implements ExchangeObserver, AutoCloseable {
    /** For calls that no route took: not a name that a route can have. */
    private static final String NO_ROUTE = "";

    private final Logger log;
    private final Clock clock;
    private final Map<String, RouteWindow> windows = new ConcurrentHashMap<>();
    private final AtomicLong successes = new AtomicLong();
    private final FastThreadLocal<JsonLine> line = new FastThreadLocal<>() {
        @Override
        protected JsonLine initialValue() {
            return new JsonLine();
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
        boolean written = failed(exchange) || exchange.verdict().orElse(null) instanceof Verdict.WouldDeny;
        switch (current.access()) {
            case ERRORS -> window(exchange.route().orElse(NO_ROUTE)).add(exchange);
            case SAMPLE -> written |= !written && successes.getAndIncrement() % current.sample() == 0;
            case ALL -> written = true;
        }
        if (written) {
            log.info(render(exchange));
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

    private static String word(Verdict verdict) {
        if (verdict instanceof Verdict.Denied) {
            return "denied";
        }
        return verdict instanceof Verdict.WouldDeny ? "would_deny" : "allowed";
    }

    private String render(ExchangeRecord exchange) {
        ExchangeRecord.Outcome outcome = exchange.outcome();
        ExchangeRecord.Timings timings = exchange.timings();
        JsonLine json = line.get().begin();
        json.time("time", timings.startMillis()).text("id", exchange.id());
        render(exchange.caller(), json);
        exchange.verdict()
                .ifPresent(verdict -> json.text("verdict", word(verdict))
                        .text("rule", verdict.by().source())
                        .text("rule_text", verdict.by().text())
                        .text("rule_comment", verdict.by().comment().orElse(null)));
        json.text("route", exchange.route().orElse(null))
                .text("method", exchange.request().method().orElse(null));
        json.target(
                "path",
                exchange.request().path().orElse(null),
                exchange.request().queryNames().orElse(null));
        json.number("status", outcome.response().status())
                .flag("own", outcome.response().own())
                .flag("complete", outcome.response().complete());
        json.text("error", outcome.error().orElse(null))
                .text("detail", outcome.detail().orElse(null));
        render(outcome.upstream(), json);
        json.number("request_bytes", outcome.requestBytes())
                .number("response_bytes", outcome.response().bytes());
        ExchangeRecord.Items items = outcome.upstream().items();
        if (items.accepted() > 0 || items.refused() > 0) {
            json.number("items_accepted", items.accepted());
            json.number("items_refused", items.refused());
        }
        json.number("attempts", outcome.upstream().attempts()).millis("duration_ms", timings.total());
        json.millis("wait_ms", timings.waiting()).millis("body_ms", timings.body());
        json.millis("credentials_ms", timings.credentials()).millis("connect_ms", timings.connect());
        return json.millis("first_byte_ms", timings.firstByte()).end();
    }

    /** Most callers are the socket's other end, of which there is no more to say. */
    private static void render(Caller caller, JsonLine json) {
        json.text("client", caller.toString());
        if (caller.knownBy() != Caller.KnownBy.SOCKET) {
            json.text("client_known_by", caller.knownBy().label());
        }
        json.text(
                "certificate",
                caller.certificate().map(ClientCertificate::toString).orElse(null));
        json.text("identity", caller.identity().map(Identity::toString).orElse(null))
                .text("tenant", caller.tenant().orElse(null));
        json.text("peer", caller.peer().map(InetAddress::getHostAddress).orElse(null));
    }

    private static void render(ExchangeRecord.UpstreamResult upstream, JsonLine json) {
        if (upstream.status() != 0) {
            json.number("upstream_status", upstream.status());
        }
        json.text("upstream_id", upstream.requestId().orElse(null))
                .text("rejection", upstream.rejection().orElse(null));
        json.text("credentials", upstream.credentials().orElse(null))
                .text("access_key_id", upstream.accessKeyId().orElse(null));
    }

    private String render(String route, RouteWindow.Totals totals) {
        JsonLine json = line.get().begin().time("time", clock.millis()).text("summary", "calls");
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
