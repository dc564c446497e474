package io.countersign.proxy.metrics;

import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.exchange.ExchangeRecord;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The metrics that are counted call by call. Series of a route that a reload took away stay until the process ends. */
final class ExchangeMetrics implements ExchangeObserver {
    /** The label of calls that no route took. */
    static final String NO_ROUTE = "none";

    static final int MOST_RULES = 200;

    /** RFC 9209 registers some thirty. */
    static final int MOST_ERRORS = 64;

    final Counter requests;
    final Histogram duration;
    final Summary phases;
    final Counter requestBytes;
    final Counter responseBytes;
    final Counter resends;
    final Counter incomplete;
    final Counter rejections;
    final Counter errors;
    final Counter keptData;
    final Counter held;
    final Counter items;
    final BoundedNames errorNames = new BoundedNames(MOST_ERRORS);
    private final Counter denied;
    private final Counter auditDenied;
    private final WebSocketMetrics webSockets;
    private final BoundedNames rules = new BoundedNames(MOST_RULES);
    private final Map<String, RouteMetrics> routes = new ConcurrentHashMap<>();

    ExchangeMetrics(PrometheusRegistry registry) {
        webSockets = new WebSocketMetrics(registry);
        requests = Counters.register(registry, "requests", "Calls by the status that the client got.", "route", "code");
        duration = Histogram.builder()
                .name("countersign_request_duration_seconds")
                .help("From the first line of a request to the end of its response.")
                .unit(Unit.SECONDS)
                .labelNames("route")
                .classicOnly()
                .classicUpperBounds(DurationBuckets.seconds())
                .withExemplars()
                .register(registry);
        phases = Summary.builder()
                .name("countersign_phase_duration_seconds")
                .help("The phases of that time, for calls that reached them.")
                .unit(Unit.SECONDS)
                .labelNames("route", "phase")
                .withoutExemplars()
                .register(registry);
        requestBytes = Counters.register(registry, "request_bytes", "Body bytes read from clients.", "route");
        responseBytes = Counters.register(registry, "response_bytes", "Body bytes written to clients.", "route");
        resends = Counters.register(registry, "resends", "Requests sent upstream again.", "route");
        incomplete = Counters.register(
                registry, "incomplete", "Calls whose client did not get the whole response.", "route");
        rejections = Counters.register(
                registry, "rejections", "Calls whose last attempt was rejected by AWS.", "route", "cause");
        errors = Counters.register(registry, "errors", "Failed calls by the error in Proxy-Status.", "route", "error");
        keptData = Counters.register(
                registry,
                "kept_data",
                "503 responses in place of ones on which agents would drop their data.",
                "route",
                "upstream_status");
        held = Counters.register(
                registry,
                "held",
                "Requests whose sender was asked to keep its data and to send it again, by the cause.",
                "route",
                "cause");
        items = Counters.register(
                registry,
                "items",
                "Samples, records and documents that upstreams reported as accepted or refused, whatever the status.",
                "route",
                "result");
        denied = Counters.register(
                registry,
                "denied",
                "Calls denied by an address rule or a policy, by the place of the rule and its comment.",
                "rule",
                "comment");
        auditDenied = Counters.register(
                registry,
                "audit_denied",
                "Calls that an address rule or a policy would have denied if access.mode were not audit.",
                "rule",
                "comment");
    }

    @Override
    public void finished(ExchangeRecord exchange) {
        String name = exchange.route().orElse(NO_ROUTE);
        RouteMetrics route = routes.get(name);
        if (route == null) {
            route = routes.computeIfAbsent(name, absent -> new RouteMetrics(this, absent));
        }
        route.add(exchange);
        exchange.outcome().webSocket().ifPresent(how -> webSockets.closed(name, exchange, how));
        Verdict verdict = exchange.verdict().orElse(null);
        if (verdict instanceof Verdict.Denied refusal) {
            count(denied, refusal.by());
        } else if (verdict instanceof Verdict.WouldDeny refusal) {
            count(auditDenied, refusal.by());
        }
    }

    @Override
    public void upgraded(String route) {
        webSockets.opened(route);
    }

    /** A comment that changes makes another series, so that the two are bounded together. */
    private void count(Counter counter, Rule by) {
        String comment = by.comment().orElse("");
        boolean known = !rules.admit(by.source() + ' ' + comment).equals(BoundedNames.OTHER);
        counter.labelValues(known ? by.source() : BoundedNames.OTHER, known ? comment : "")
                .inc();
    }
}
