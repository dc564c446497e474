package io.countersign.proxy.metrics;

import io.countersign.proxy.access.ListStatus;
import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.exchange.ExchangeRecord;
import io.countersign.proxy.held.HeldData;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * All that the proxy counts, in a registry of its own; {@link #exposition} renders it. Metrics, labels and meanings are
 * described in {@code docs/OBSERVABILITY.md}.
 */
public final class Metrics implements ExchangeObserver {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ExchangeMetrics exchanges = new ExchangeMetrics(registry);
    private final HeldData held = new HeldData();
    private final PushCounts pushes = new PushCounts(registry);
    private final ReloadMetrics reloads;
    private volatile MetricsLevel level = MetricsLevel.FULL;

    /** @param version of this program, for {@code countersign_build_info} */
    public Metrics(String version, ProxyState state, Clock clock) {
        reloads = new ReloadMetrics(registry, clock);
        new StateMetrics(registry, state).register();
        new ConfigMetrics(state.inForce()).register(registry);
        new HeldMetrics(held, () -> state.inForce().get().horizons(), clock).register(registry);
        Info.builder()
                .name("countersign_build_info")
                .help("What is running.")
                .labelNames("version", "java")
                .register(registry)
                .setLabelValues(version, Runtime.version().toString());
        new RuntimeMetrics(registry).register();
    }

    @Override
    public void finished(ExchangeRecord exchange) {
        exchanges.finished(exchange);
        held.finished(exchange);
    }

    @Override
    public void upgraded(String route) {
        exchanges.upgraded(route);
    }

    /** Who holds data back. */
    public HeldData held() {
        return held;
    }

    /**
     * Shows, at each scrape, how client connections fared at the door.
     *
     * @param refusals since start, by the reason
     * @param displaced how many gave way to a new one
     */
    public void watchConnections(Supplier<Map<String, Long>> refusals, LongSupplier displaced) {
        new ConnectionMetrics(refusals, displaced).register(registry);
    }

    /**
     * Shows, at each scrape, how fetching lists goes.
     *
     * @param lists by their names
     */
    public void watchLists(Supplier<List<ListStatus>> lists) {
        new ListMetrics(lists).register(registry);
    }

    /**
     * Shows, at each scrape, where addresses of upstreams come from.
     *
     * @param sources how often each was used for a new connection
     */
    public void watchNames(Supplier<Map<String, Long>> sources) {
        CounterWithCallback.builder()
                .name("countersign_upstream_names_resolved_total")
                .help("Addresses of upstreams looked up for new connections, by where they came from.")
                .labelNames("source")
                .callback(out -> sources.get().forEach((source, count) -> out.call(count.doubleValue(), source)))
                .register(registry);
    }

    /**
     * Shows, at each scrape, how TLS of clients fares.
     *
     * @param failures handshakes that failed since start, by the reason
     * @param pending handshakes under way
     * @param certificateEnds when each listener's certificate ends, by the listener's address
     * @param clientCertificateEnds when the certificate ends that a route shows to its upstream, by the route's name
     */
    public void watchTls(
            Supplier<Map<String, Long>> failures,
            IntSupplier pending,
            Supplier<Map<String, Instant>> certificateEnds,
            Supplier<Map<String, Instant>> clientCertificateEnds) {
        new ClientTlsMetrics(failures, pending, certificateEnds, clientCertificateEnds).register(registry);
    }

    /** A changed configuration was taken, or refused. */
    public void reloaded(boolean success) {
        reloads.reloaded(success);
    }

    /** One more thing that is counted. */
    public void add(Collector collector) {
        registry.register(collector);
    }

    /**
     * Values as a scrape at this moment would show them; takes up to milliseconds, so not for an event loop.
     *
     * @param wanted by the name without a suffix, such as {@code countersign_requests}
     */
    public List<Sample> samples(Predicate<String> wanted) {
        return Samples.of(registry, wanted);
    }

    /** From now on this much. */
    public void show(MetricsLevel next) {
        level = next;
    }

    /** Counts how often metrics are sent somewhere. */
    public PushCounts pushes() {
        return pushes;
    }

    /**
     * All that is shown, at this moment, as an export request of OTLP in protobuf; takes up to milliseconds, so not for an event loop.
     *
     * @param resource attributes of the process
     * @param version of this program
     * @param started when its counters began
     */
    public byte[] otlp(Map<String, String> resource, String version, Instant started, Instant now) {
        return OtlpMetrics.encode(snapshots(), resource, version, started, now);
    }

    private MetricSnapshots snapshots() {
        return registry.scrape(level::shows);
    }

    /** The pages that scrapers get. */
    public Exposition exposition() {
        return new Exposition(this::snapshots);
    }
}
