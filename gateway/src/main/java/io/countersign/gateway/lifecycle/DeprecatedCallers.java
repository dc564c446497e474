package io.countersign.gateway.lifecycle;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.exchange.ExchangeRecord;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.Collector;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who still calls routes that are deprecated or retired: counted for metrics by route and tenant, and listed one by one, up to a bound, for
 * whoever wants to speak to them. Safe from any thread.
 */
final class DeprecatedCallers implements ExchangeObserver {
    /** Of each route; later callers are counted without being listed. */
    static final int MAX_CALLERS = 100;

    private static final String NO_TENANT = "";

    private final Counter calls = Counter.builder()
            .name("countersign_deprecated_requests_total")
            .help(
                    "Requests for routes that are deprecated or retired, by the state of the route and the caller's tenant")
            .labelNames("route", "state", "tenant")
            .build();
    private final Map<String, Map<String, Seen>> callers = new ConcurrentHashMap<>();
    private volatile Map<String, RouteLife> ending = Map.of();

    /**
     * One caller of a route.
     *
     * @param who as the access log has it
     */
    record Listed(String who, long calls, Instant last) {}

    private static final class Seen {
        private final AtomicLong calls = new AtomicLong();
        private volatile long lastMillis;
    }

    List<Collector> collectors() {
        return List.of(calls);
    }

    /** From now on these routes count; those that no longer end are forgotten. */
    void watch(LifecycleConfig config) {
        Map<String, RouteLife> next = config.endingByName();
        callers.keySet().retainAll(next.keySet());
        next.keySet().forEach(route -> callers.computeIfAbsent(route, name -> new ConcurrentHashMap<>()));
        ending = next;
    }

    @Override
    public void finished(ExchangeRecord exchange) {
        if (exchange.route().isEmpty()) {
            return;
        }
        RouteLife life = ending.get(exchange.route().get());
        if (life == null) {
            return;
        }
        Caller caller = exchange.caller();
        calls.labelValues(life.route(), life.state().label(), caller.tenant().orElse(NO_TENANT))
                .inc();
        Map<String, Seen> seen = callers.get(life.route());
        String who = caller.identity().map(Object::toString).orElseGet(caller::toString);
        Seen one = seen == null ? null : seen.get(who);
        if (one == null && seen != null && seen.size() < MAX_CALLERS) {
            one = seen.computeIfAbsent(who, name -> new Seen());
        }
        if (one != null) {
            one.calls.incrementAndGet();
            one.lastMillis = exchange.timings().startMillis();
        }
    }

    /** The callers of a route, the busiest first. */
    List<Listed> of(String route) {
        return callers.getOrDefault(route, Map.of()).entrySet().stream()
                .map(entry -> new Listed(
                        entry.getKey(),
                        entry.getValue().calls.get(),
                        Instant.ofEpochMilli(entry.getValue().lastMillis)))
                .sorted(Comparator.comparingLong(Listed::calls).reversed().thenComparing(Listed::who))
                .toList();
    }

    /** Names of the routes that are watched. */
    Set<String> routes() {
        return ending.keySet();
    }
}
