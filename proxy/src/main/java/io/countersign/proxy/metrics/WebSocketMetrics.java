package io.countersign.proxy.metrics;

import io.countersign.proxy.exchange.ExchangeRecord;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;

/** The metrics of calls that became WebSockets: they last for hours, and would say nothing among the times of requests. */
final class WebSocketMetrics {
    private static final double NANOS = 1e9;
    private static final double[] SECONDS = {1, 10, 60, 300, 600, 1800, 3600, 7200};

    /** RFC 6455 section 7.4.1, and those registered since. */
    private static final int LAST_REGISTERED = 1015;

    private final Gauge open;
    private final Counter closed;
    private final Counter bytes;
    private final Histogram duration;

    WebSocketMetrics(PrometheusRegistry registry) {
        open = Gauge.builder()
                .name("countersign_websockets_open")
                .help("Open WebSockets.")
                .labelNames("route")
                .withoutExemplars()
                .register(registry);
        closed = Counters.register(
                registry,
                "websockets_closed",
                "WebSockets that ended, by who closed them and with which code.",
                "route",
                "closed_by",
                "code");
        bytes = Counters.register(
                registry, "websocket_bytes", "Bytes that WebSockets passed, frames included.", "route", "to");
        duration = Histogram.builder()
                .name("countersign_websocket_duration_seconds")
                .help("How long WebSockets lasted, handshake included.")
                .unit(Unit.SECONDS)
                .labelNames("route")
                .classicOnly()
                .classicUpperBounds(SECONDS)
                .withoutExemplars()
                .register(registry);
    }

    void opened(String route) {
        open.labelValues(route).inc();
    }

    void closed(String route, ExchangeRecord exchange, ExchangeRecord.WebSocket how) {
        open.labelValues(route).dec();
        closed.labelValues(route, how.closedBy(), label(how.code())).inc();
        bytes.labelValues(route, "upstream").inc(exchange.outcome().requestBytes());
        bytes.labelValues(route, "client").inc(exchange.outcome().response().bytes());
        duration.labelValues(route).observe(exchange.timings().total() / NANOS);
    }

    /** Applications make up codes of their own (3000 to 4999), of which there may be any number. */
    private static String label(int code) {
        if (code >= 1000 && code <= LAST_REGISTERED) {
            return Integer.toString(code);
        }
        return code >= 3000 && code <= 4999 ? code / 1000 + "xxx" : BoundedNames.OTHER;
    }
}
