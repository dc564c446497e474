package io.countersign.gateway.lifecycle;

import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.settings.GatewayConfig;
import io.countersign.proxy.Extension;
import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.settings.ProxyConfig;
import io.prometheus.metrics.model.registry.Collector;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of routes, as a part of the gateway. */
public final class Lifecycles implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycles.class);

    private final Clock clock;
    private final DeprecatedCallers callers = new DeprecatedCallers();
    private volatile ProxyConfig inForce;

    public Lifecycles(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "lifecycle";
    }

    @Override
    public List<Guard> guards(ProxyConfig config) {
        LifecycleConfig lives = lives(config);
        if (lives.routes().stream().allMatch(life -> life.state() == State.LIVE)) {
            return List.of();
        }
        return List.of(new LifecycleGuard(
                lives, config.routes().stream().map(RouteConfig::name).collect(Collectors.toSet()), clock));
    }

    @Override
    public List<ExchangeObserver> observers() {
        return List.of(callers);
    }

    @Override
    public List<Collector> collectors() {
        return callers.collectors();
    }

    @Override
    public void taken(ProxyConfig config) {
        if (inForce != null) {
            logChanges(lives(inForce), lives(config));
        }
        inForce = config;
        callers.watch(lives(config));
    }

    /** For the console. */
    public ApiResource catalogue() {
        return new Catalogue(() -> inForce, () -> lives(inForce), callers);
    }

    private static void logChanges(LifecycleConfig before, LifecycleConfig after) {
        for (RouteLife life : after.routes()) {
            before.of(life.route())
                    .map(RouteLife::state)
                    .filter(was -> was != life.state())
                    .ifPresent(was -> LOG.info(
                            "route {}: {}, formerly {}",
                            life.route(),
                            life.state().label(),
                            was.label()));
        }
    }

    private static LifecycleConfig lives(ProxyConfig config) {
        return config.extension(GatewayConfig.class).orElseThrow().lifecycle();
    }
}
