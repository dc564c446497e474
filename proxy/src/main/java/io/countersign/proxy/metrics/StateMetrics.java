package io.countersign.proxy.metrics;

import io.countersign.proxy.credentials.CredentialsStatus;
import io.countersign.proxy.failover.UpstreamStatus;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The metrics that are read from {@link ProxyState} at each scrape; one that cannot be read is left out and logged. */
final class StateMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(StateMetrics.class);

    private final PrometheusRegistry registry;
    private final ProxyState state;

    StateMetrics(PrometheusRegistry registry, ProxyState state) {
        this.registry = registry;
        this.state = state;
    }

    void register() {
        vital("client_connections", "Open client connections.", Vitals::clientConnections);
        vital("in_flight", "Calls in flight.", Vitals::inFlight);
        vital("waiting", "Calls waiting for a place in flight or for body memory.", Vitals::waiting);
        vital(
                "buffered_bytes",
                "Bytes reserved for request bodies.",
                vitals -> vitals.buffered().bytes());
        vital(
                "buffered_limit_bytes",
                "Maximum bytes that may be reserved for request bodies.",
                vitals -> vitals.buffered().limit());
        gauge(
                "upstream_connections",
                "Connections to upstreams, by state.",
                out -> {
                    Vitals vitals = state.vitals().get();
                    out.call(vitals.upstreams().active(), "active");
                    out.call(vitals.upstreams().idle(), "idle");
                    out.call(vitals.upstreams().connecting(), "connecting");
                },
                "state");
        gauge(
                "credentials_expiry_timestamp_seconds",
                "When the current credentials expire; absent for long-lived ones.",
                out -> {
                    for (CredentialsStatus some : state.credentials().get()) {
                        some.expiry().ifPresent(at -> out.call(seconds(at), some.name(), some.kind()));
                    }
                },
                "credentials",
                "source");
        gauge(
                "credentials_usable",
                "Whether there are credentials to sign with.",
                out -> state.credentials()
                        .get()
                        .forEach(some -> out.call(some.usable() ? 1 : 0, some.name(), some.kind())),
                "credentials",
                "source");
        gauge(
                "credentials_last_success_timestamp_seconds",
                "When credentials were last fetched; absent before the first time.",
                out -> {
                    for (CredentialsStatus some : state.credentials().get()) {
                        some.fetches().lastSuccess().ifPresent(at -> out.call(seconds(at), some.name(), some.kind()));
                    }
                },
                "credentials",
                "source");
        counter(
                "credentials_refreshes_total",
                "Successful fetches of credentials.",
                out -> state.credentials()
                        .get()
                        .forEach(some -> out.call((double) some.fetches().refreshes(), some.name(), some.kind())),
                "credentials",
                "source");
        counter(
                "credentials_failures_total",
                "Failed fetches of credentials.",
                out -> state.credentials()
                        .get()
                        .forEach(some -> out.call((double) some.fetches().failures(), some.name(), some.kind())),
                "credentials",
                "source");
        gauge(
                "clock_skew_seconds",
                "How far the upstream's clock is ahead of ours, as far as known.",
                out -> state.clockSkewSeconds().get().forEach((upstream, skew) -> out.call(skew, upstream)),
                "upstream");
        gauge(
                "route_can_sign",
                "Whether the route has what it needs to sign.",
                out -> state.canSign().get().forEach((route, can) -> out.call(can ? 1 : 0, route)),
                "route");
        gauge(
                "route_last_success_timestamp_seconds",
                "When a request of the route last got a 2xx from upstream; absent before the first.",
                out -> state.routes()
                        .get()
                        .forEach(some -> some.lastSuccess().ifPresent(at -> out.call(seconds(at), some.route()))),
                "route");
        gauge(
                "route_holding_since_timestamp_seconds",
                "Since when no request of the route has succeeded, by the cause of the last failure; absent while requests succeed.",
                out -> state.routes()
                        .get()
                        .forEach(some -> some.run()
                                .ifPresent(run -> run.holdingSince()
                                        .ifPresent(at -> out.call(seconds(at), some.route(), run.cause())))),
                "route",
                "cause");
        counter(
                "payloads_given_up_total",
                "Payloads that were refused for longer than hold-at-most and then answered with 400, so that their sender drops them.",
                out -> state.routes().get().forEach(some -> out.call((double) some.givenUp(), some.route())),
                "route");
        upstreams();
        counter(
                "log_dropped_total",
                "Log lines dropped because they were not read fast enough.",
                out -> state.logDropped().get().forEach((log, lines) -> out.call((double) lines, log)),
                "log");
    }

    /** Of routes that name several. */
    private void upstreams() {
        gauge(
                "upstream_breaker",
                "Whether requests go to one of a route's several upstreams: 0 they do, 1 one tries it, 2 it is left out.",
                out -> eachUpstream(
                        (route, upstream) -> out.call(upstream.condition().number(), route, upstream.upstream())),
                "route",
                "upstream");
        counter(
                "upstream_requests_total",
                "Requests that went to one of a route's several upstreams, or were to.",
                out -> eachUpstream(
                        (route, upstream) -> out.call((double) upstream.requests(), route, upstream.upstream())),
                "route",
                "upstream");
        counter(
                "upstream_moves_total",
                "Requests that went on from one of a route's several upstreams to the next, by the cause.",
                out -> eachUpstream((route, upstream) -> upstream.moved()
                        .forEach((cause, count) -> out.call((double) count, route, upstream.upstream(), cause))),
                "route",
                "upstream",
                "cause");
    }

    private void eachUpstream(BiConsumer<String, UpstreamStatus> each) {
        state.routes().get().forEach(some -> some.upstreams().forEach(upstream -> each.accept(some.route(), upstream)));
    }

    private void vital(String name, String help, ToDoubleFunction<Vitals> value) {
        gauge(name, help, out -> out.call(value.applyAsDouble(state.vitals().get())));
    }

    private void gauge(String name, String help, Consumer<GaugeWithCallback.Callback> read, String... labels) {
        GaugeWithCallback.builder()
                .name("countersign_" + name)
                .help(help)
                .labelNames(labels)
                .callback(out -> orLeaveOut(name, () -> read.accept(out)))
                .register(registry);
    }

    private void counter(String name, String help, Consumer<CounterWithCallback.Callback> read, String... labels) {
        CounterWithCallback.builder()
                .name("countersign_" + name)
                .help(help)
                .labelNames(labels)
                .callback(out -> orLeaveOut(name, () -> read.accept(out)))
                .register(registry);
    }

    private static double seconds(Instant at) {
        return at.getEpochSecond();
    }

    /** A metric that cannot be read must not cost the scrape all the others. */
    private static void orLeaveOut(String name, Runnable read) {
        try {
            read.run();
        } catch (RuntimeException e) {
            // Without the stack, which would come with each scrape and metric.
            LOG.warn("metrics: countersign_{} could not be read: {}", name, e.toString());
        }
    }
}
