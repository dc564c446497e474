package io.countersign.proxy.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;

/** Whether the configuration that operators see in their files is the one in force. */
final class ReloadMetrics {
    private final Gauge successful;
    private final Gauge successTime;
    private final Counter reloads;
    private final Clock clock;

    /** Registered once the first configuration is in force, which counts as a success but not as a reload. */
    ReloadMetrics(PrometheusRegistry registry, Clock clock) {
        this.clock = clock;
        successful = Gauge.builder()
                .name("countersign_config_last_reload_successful")
                .help("1 if the configuration in force is the newest, 0 if a newer one was refused.")
                .withoutExemplars()
                .register(registry);
        successTime = Gauge.builder()
                .name("countersign_config_last_reload_success_timestamp_seconds")
                .help("When the current configuration took effect, in seconds since the epoch.")
                .withoutExemplars()
                .register(registry);
        reloads = Counter.builder()
                .name("countersign_config_reloads_total")
                .help("Reloads of a changed configuration, by whether it took effect or was refused.")
                .labelNames("result")
                .withoutExemplars()
                .register(registry);
        reloads.initLabelValues("success");
        reloads.initLabelValues("failure");
        taken();
    }

    void reloaded(boolean success) {
        reloads.labelValues(success ? "success" : "failure").inc();
        if (success) {
            taken();
        } else {
            successful.set(0);
        }
    }

    private void taken() {
        successful.set(1);
        successTime.set(clock.millis() / 1e3);
    }
}
