package io.countersign.proxy.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** How often metrics were sent, or were to be. Safe from any thread. */
public final class PushCounts {
    private final Counter counter;

    PushCounts(PrometheusRegistry registry) {
        counter = Counter.builder()
                .name("countersign_telemetry_pushes_total")
                .help("Times that metrics were sent by a route, or were to be.")
                .labelNames("result")
                .withoutExemplars()
                .register(registry);
    }

    /** The upstream took them. */
    public void success() {
        counter.labelValues("success").inc();
    }

    /** It did not. */
    public void failure() {
        counter.labelValues("failure").inc();
    }

    /** They were not sent. */
    public void dropped() {
        counter.labelValues("dropped").inc();
    }
}
