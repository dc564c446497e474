package io.countersign.proxy.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Metrics as an export request of OTLP, in protobuf. Counters are cumulative sums since the process started, without the suffix
 * {@code _total}, which those who store them for Prometheus append.
 *
 * @see <a href="https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto">metrics.proto</a>
 */
final class OtlpMetrics {
    private static final int CUMULATIVE = 2;
    private static final Map<String, String> UNITS = Map.of("seconds", "s", "bytes", "By", "ratio", "1");

    private final long start;
    private final long now;

    private OtlpMetrics(Instant start, Instant now) {
        this.start = nanos(start);
        this.now = nanos(now);
    }

    /**
     * The request.
     *
     * @param resource attributes of the process
     * @param version of this program
     * @param start of the process
     */
    static byte[] encode(
            MetricSnapshots metrics, Map<String, String> resource, String version, Instant start, Instant now) {
        OtlpMetrics encoder = new OtlpMetrics(start, now);
        ProtoMessage scope = new ProtoMessage();
        scope.message(1, new ProtoMessage().text(1, "countersign").text(2, version));
        for (MetricSnapshot each : metrics) {
            ProtoMessage metric = encoder.metric(each);
            if (metric.size() > 0) {
                scope.message(2, metric);
            }
        }
        ProtoMessage attributes = new ProtoMessage();
        resource.forEach((name, value) -> attributes.message(1, attribute(name, value)));
        ProtoMessage whole = new ProtoMessage().message(1, attributes).message(2, scope);
        return new ProtoMessage().message(1, whole).toByteArray();
    }

    /** Empty for one without a value, and for a kind that is not counted here. */
    private ProtoMessage metric(MetricSnapshot snapshot) {
        if (snapshot instanceof CounterSnapshot counter) {
            List<ProtoMessage> points = new ArrayList<>();
            counter.getDataPoints().forEach(at -> points.add(number(at.getLabels(), at.getValue())));
            return described(snapshot, points, 7, (sum, list) -> {
                list.forEach(point -> sum.message(1, point));
                sum.number(2, CUMULATIVE).number(3, 1);
            });
        }
        if (snapshot instanceof HistogramSnapshot histogram) {
            List<ProtoMessage> points = new ArrayList<>();
            histogram.getDataPoints().forEach(at -> points.add(histogram(at)));
            return described(snapshot, points, 9, (data, list) -> {
                list.forEach(point -> data.message(1, point));
                data.number(2, CUMULATIVE);
            });
        }
        if (snapshot instanceof SummarySnapshot summary) {
            List<ProtoMessage> points = new ArrayList<>();
            summary.getDataPoints()
                    .forEach(at -> points.add(
                            attributes(times().fixed(4, at.getCount()).real(5, at.getSum()), 7, at.getLabels())));
            return described(snapshot, points, 11, (data, list) -> list.forEach(point -> data.message(1, point)));
        }
        List<ProtoMessage> points = new ArrayList<>();
        if (snapshot instanceof GaugeSnapshot gauge) {
            gauge.getDataPoints().forEach(at -> points.add(number(at.getLabels(), at.getValue())));
        } else if (snapshot instanceof InfoSnapshot info) {
            info.getDataPoints().forEach(at -> points.add(number(at.getLabels(), 1)));
        }
        return described(snapshot, points, 5, (data, list) -> list.forEach(point -> data.message(1, point)));
    }

    private static ProtoMessage described(
            MetricSnapshot snapshot,
            List<ProtoMessage> points,
            int kind,
            BiConsumer<ProtoMessage, List<ProtoMessage>> fill) {
        if (points.isEmpty()) {
            return new ProtoMessage();
        }
        MetricMetadata metadata = snapshot.getMetadata();
        String suffix = snapshot instanceof InfoSnapshot ? "_info" : "";
        String unit = metadata.getUnit() == null ? "" : metadata.getUnit().toString();
        ProtoMessage data = new ProtoMessage();
        fill.accept(data, points);
        return new ProtoMessage()
                .text(1, metadata.getPrometheusName() + suffix)
                .text(2, metadata.getHelp() == null ? "" : metadata.getHelp())
                .text(3, UNITS.getOrDefault(unit, unit))
                .message(kind, data);
    }

    private ProtoMessage times() {
        return new ProtoMessage().fixed(2, start).fixed(3, now);
    }

    private ProtoMessage number(Labels labels, double value) {
        return attributes(times().real(4, value), 7, labels);
    }

    private ProtoMessage histogram(HistogramSnapshot.HistogramDataPointSnapshot at) {
        ClassicHistogramBuckets buckets = at.getClassicBuckets();
        long[] counts = new long[buckets.size()];
        long[] bounds = new long[Math.max(0, buckets.size() - 1)]; // the last one is infinite, and not written
        long count = 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i] = buckets.getCount(i);
            count += counts[i];
            if (i < bounds.length) {
                bounds[i] = Double.doubleToRawLongBits(buckets.getUpperBound(i));
            }
        }
        ProtoMessage point =
                times().fixed(4, count).real(5, at.getSum()).fixeds(6, counts).fixeds(7, bounds);
        return attributes(point, 9, at.getLabels());
    }

    private static ProtoMessage attributes(ProtoMessage point, int field, Labels labels) {
        for (Label label : labels) {
            point.message(field, attribute(label.getName(), label.getValue()));
        }
        return point;
    }

    private static ProtoMessage attribute(String name, String value) {
        return new ProtoMessage().text(1, name).message(2, new ProtoMessage().text(1, value));
    }

    private static long nanos(Instant time) {
        return time.getEpochSecond() * 1_000_000_000L + time.getNano();
    }
}
