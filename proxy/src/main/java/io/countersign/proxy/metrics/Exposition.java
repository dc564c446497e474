package io.countersign.proxy.metrics;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/** Renders what is counted as text: OpenMetrics 1.0 for scrapers that ask for it, otherwise Prometheus's format 0.0.4. */
public final class Exposition {
    private final ExpositionFormatWriter openMetrics = OpenMetricsTextFormatWriter.builder()
            .setCreatedTimestampsEnabled(false)
            .build();
    private final ExpositionFormatWriter text = PrometheusTextFormatWriter.create();
    private final Supplier<MetricSnapshots> snapshots;

    Exposition(Supplier<MetricSnapshots> snapshots) {
        this.snapshots = snapshots;
    }

    /** @param body UTF-8 */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Page(String contentType, byte[] body) {}

    /** @param accept the request's Accept field, or null; takes milliseconds, so not for an event loop */
    public Page render(String accept) {
        ExpositionFormatWriter writer = openMetrics.accepts(accept) ? openMetrics : text;
        ByteArrayOutputStream out = new ByteArrayOutputStream(32 * 1024);
        try {
            writer.write(out, snapshots.get(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Page(writer.getContentType(), out.toByteArray());
    }
}
