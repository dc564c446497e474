package io.countersign.proxy.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** How client connections fared at the door, read at each scrape. */
final class ConnectionMetrics {
    private final Supplier<Map<String, Long>> refusals;
    private final LongSupplier displaced;

    ConnectionMetrics(Supplier<Map<String, Long>> refusals, LongSupplier displaced) {
        this.refusals = refusals;
        this.displaced = displaced;
    }

    void register(PrometheusRegistry registry) {
        CounterWithCallback.builder()
                .name("countersign_connections_refused_total")
                .help("Client connections that were turned away, by reason.")
                .labelNames("reason")
                .callback(out -> refusals.get().forEach((reason, count) -> out.call(count.doubleValue(), reason)))
                .register(registry);
        CounterWithCallback.builder()
                .name("countersign_connections_displaced_total")
                .help("Silent or idle client connections that were closed to make room for a new one.")
                .callback(out -> out.call((double) displaced.getAsLong()))
                .register(registry);
    }
}
