package io.countersign.proxy.metrics;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Reads values out of the registry, so that whoever else shows a number shows the one that a scrape shows. */
final class Samples {
    private Samples() {}

    /** @param wanted by the name without a suffix, such as {@code countersign_requests}; others are not even read */
    static List<Sample> of(PrometheusRegistry registry, Predicate<String> wanted) {
        List<Sample> samples = new ArrayList<>();
        registry.scrape(wanted).forEach(snapshot -> add(snapshot, samples));
        return samples;
    }

    private static void add(MetricSnapshot snapshot, List<Sample> to) {
        String name = snapshot.getMetadata().getPrometheusName();
        if (snapshot instanceof CounterSnapshot counter) {
            counter.getDataPoints().forEach(at -> to.add(sample(name + "_total", at.getLabels(), at.getValue())));
        } else if (snapshot instanceof GaugeSnapshot gauge) {
            gauge.getDataPoints().forEach(at -> to.add(sample(name, at.getLabels(), at.getValue())));
        } else if (snapshot instanceof SummarySnapshot summary) {
            summary.getDataPoints().forEach(at -> {
                to.add(sample(name + "_count", at.getLabels(), (double) at.getCount()));
                to.add(sample(name + "_sum", at.getLabels(), at.getSum()));
            });
        } else if (snapshot instanceof HistogramSnapshot histogram) {
            histogram.getDataPoints().forEach(at -> add(name, at, to));
        }
    }

    private static void add(String name, HistogramSnapshot.HistogramDataPointSnapshot at, List<Sample> to) {
        double below = 0;
        for (int i = 0; i < at.getClassicBuckets().size(); i++) {
            below += at.getClassicBuckets().getCount(i);
            Map<String, String> labels = labels(at.getLabels());
            labels.put("le", Double.toString(at.getClassicBuckets().getUpperBound(i)));
            to.add(new Sample(name + "_bucket", labels, below));
        }
        to.add(sample(name + "_count", at.getLabels(), below));
        to.add(sample(name + "_sum", at.getLabels(), at.getSum()));
    }

    private static Sample sample(String name, Labels labels, double value) {
        return new Sample(name, labels(labels), value);
    }

    private static Map<String, String> labels(Labels labels) {
        Map<String, String> map = new HashMap<>();
        for (Label label : labels) {
            map.put(label.getName(), label.getValue());
        }
        return map;
    }
}
