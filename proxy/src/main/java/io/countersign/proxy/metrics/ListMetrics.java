package io.countersign.proxy.metrics;

import io.countersign.proxy.access.ListStatus;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** How fetching lists goes, read at each scrape: a settings file names a few at most. */
final class ListMetrics {
    private final Supplier<List<ListStatus>> lists;

    ListMetrics(Supplier<List<ListStatus>> lists) {
        this.lists = lists;
    }

    void register(PrometheusRegistry registry) {
        GaugeWithCallback.builder()
                .name("countersign_list_last_success_timestamp_seconds")
                .help("When a list's source last said what it holds, or that it has not changed.")
                .labelNames("list")
                .callback(out -> successes().forEach((list, time) -> out.call((double) time.getEpochSecond(), list)))
                .register(registry);
        CounterWithCallback.builder()
                .name("countersign_list_failures_total")
                .help("Attempts that brought no list, or one that was refused.")
                .labelNames("list")
                .callback(out -> failures().forEach((list, count) -> out.call(count.doubleValue(), list)))
                .register(registry);
    }

    /** Of lists whose names are shown alike, since they differ in a query alone, the one that is worst off. */
    private Map<String, Instant> successes() {
        Map<String, Instant> times = new TreeMap<>();
        lists.get()
                .forEach(each -> each.lastSuccess()
                        .ifPresent(time -> times.merge(each.list(), time, (a, b) -> a.isBefore(b) ? a : b)));
        return times;
    }

    private Map<String, Long> failures() {
        Map<String, Long> counts = new TreeMap<>();
        lists.get().forEach(each -> counts.merge(each.list(), each.failures(), Long::sum));
        return counts;
    }
}
