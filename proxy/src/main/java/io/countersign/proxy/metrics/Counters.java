package io.countersign.proxy.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Counters whose names follow one rule: {@code countersign_NAME_total}. */
final class Counters {
    private Counters() {}

    /** A new family of that registry, whose name must be free in it. */
    static Counter register(PrometheusRegistry registry, String name, String help, String... labels) {
        return Counter.builder()
                .name("countersign_" + name + "_total")
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .register(registry);
    }
}
