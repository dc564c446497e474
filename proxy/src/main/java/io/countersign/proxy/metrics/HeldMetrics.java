package io.countersign.proxy.metrics;

import io.countersign.proxy.held.HeldData;
import io.countersign.proxy.held.HeldRun;
import io.countersign.proxy.held.Horizon;
import io.countersign.proxy.held.Horizons;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** What agents hold back, read at each scrape. By the agents of one table, not by what senders call themselves. */
final class HeldMetrics {
    private final HeldData held;
    private final Supplier<Horizons> horizons;
    private final Clock clock;

    private record Key(String route, String agent, String horizon) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            return toString().compareTo(other.toString());
        }
    }

    private record Held(Instant since, Optional<Duration> lasts) {
        private Held earlier(Held other) {
            return other.since.isBefore(since) ? other : this;
        }
    }

    /** @param horizons those of the configuration in force */
    HeldMetrics(HeldData held, Supplier<Horizons> horizons, Clock clock) {
        this.held = held;
        this.horizons = horizons;
        this.clock = clock;
    }

    void register(PrometheusRegistry registry) {
        gauge(
                "countersign_agent_holding_since_timestamp_seconds",
                "Since when the first of the agents of a kind holds data back on a route; absent while none does.",
                (out, each) -> out.call(each.getValue().since().toEpochMilli() / 1e3, labels(each.getKey())),
                registry);
        gauge(
                "countersign_agent_horizon_seconds",
                "For how long such an agent keeps data; absent while none holds any, and where that is not known.",
                (out, each) -> each.getValue()
                        .lasts()
                        .ifPresent(lasts -> out.call((double) lasts.toSeconds(), labels(each.getKey()))),
                registry);
        CounterWithCallback.builder()
                .name("countersign_held_uncounted_total")
                .help("Requests of senders that held data back when too many others did to remember them.")
                .callback(out -> out.call((double) held.uncounted()))
                .register(registry);
    }

    private void gauge(
            String name,
            String help,
            BiConsumer<GaugeWithCallback.Callback, Map.Entry<Key, Held>> write,
            PrometheusRegistry registry) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("route", "agent", "horizon")
                .callback(out -> byKey().entrySet().forEach(each -> write.accept(out, each)))
                .register(registry);
    }

    private static String[] labels(Key key) {
        return new String[] {key.route, key.agent, key.horizon};
    }

    private Map<Key, Held> byKey() {
        Map<Key, Held> all = new TreeMap<>();
        Horizons now = horizons.get();
        for (HeldRun run : held.runs(clock.instant())) {
            HeldRun.Sender sender = run.sender();
            Horizon horizon = now.of(sender.agent());
            all.merge(
                    new Key(
                            sender.route().orElse(ExchangeMetrics.NO_ROUTE),
                            sender.agent().label(),
                            horizon.kind().label()),
                    new Held(run.since(), horizon.lasts()),
                    Held::earlier);
        }
        return all;
    }
}
