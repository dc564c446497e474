package io.countersign.proxy.telemetry;

import io.countersign.proxy.metrics.MetricsLevel;
import java.time.Duration;
import java.util.Optional;

/**
 * How much is shown of what is counted, and where it is sent.
 *
 * @param push empty: nowhere
 */
public record TelemetryConfig(MetricsLevel level, Optional<Push> push) {
    /**
     * Where the metrics are sent.
     *
     * @param route by whose upstream and signature
     * @param every how often
     * @param path appended to the upstream's URL
     */
    public record Push(String route, Duration every, String path) {}
}
