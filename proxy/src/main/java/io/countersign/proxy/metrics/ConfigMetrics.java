package io.countersign.proxy.metrics;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.function.Supplier;

/** Which configuration is in force, so that a fleet's stragglers are seen, and its limits; read at each scrape. */
final class ConfigMetrics {
    /** A settings file names a few lists; this is for one that names each of its callers in a file. */
    private static final int MAX_LISTS = 200;

    private final Supplier<InForce> inForce;

    ConfigMetrics(Supplier<InForce> inForce) {
        this.inForce = inForce;
    }

    void register(PrometheusRegistry registry) {
        GaugeWithCallback.builder()
                .name("countersign_config_info")
                .help("Which configuration is in force: always 1.")
                .labelNames("hash")
                .callback(out -> out.call(1, inForce.get().hash()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("countersign_list_info")
                .help("Which version of each list is in force: always 1.")
                .labelNames("list", "hash")
                .callback(out -> inForce.get().lists().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .limit(MAX_LISTS)
                        .forEach(each -> out.call(1, each.getKey(), each.getValue())))
                .register(registry);
        GaugeWithCallback.builder()
                .name("countersign_in_flight_limit")
                .help("How many calls may be in flight.")
                .callback(out -> out.call(inForce.get().inFlight()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("countersign_client_connections_limit")
                .help("How many client connections may be open.")
                .callback(out -> out.call(inForce.get().clientConnections()))
                .register(registry);
    }
}
