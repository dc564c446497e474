package io.countersign.cli.agents;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the points that the SDK hands to an exporter: it adds some of its own to those that a program records. */
final class CountingMetricExporter implements MetricExporter {
    private final MetricExporter exporter;
    private final AtomicInteger points = new AtomicInteger();

    CountingMetricExporter(MetricExporter exporter) {
        this.exporter = exporter;
    }

    int points() {
        return points.get();
    }

    @Override
    public CompletableResultCode export(Collection<MetricData> metrics) {
        metrics.forEach(metric -> points.addAndGet(metric.getData().getPoints().size()));
        return exporter.export(metrics);
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType type) {
        return exporter.getAggregationTemporality(type);
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
