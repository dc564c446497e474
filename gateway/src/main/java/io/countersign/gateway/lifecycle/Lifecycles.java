package io.countersign.gateway.lifecycle;

import io.countersign.gateway.settings.GatewayConfig;
import io.countersign.proxy.Extension;
import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.settings.ProxyConfig;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;

/** The life of routes, as a part of the gateway. */
public final class Lifecycles implements Extension {
    private final Clock clock;

    public Lifecycles(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "lifecycle";
    }

    @Override
    public List<Guard> guards(ProxyConfig config) {
        LifecycleConfig lives =
                config.extension(GatewayConfig.class).orElseThrow().lifecycle();
        if (lives.routes().stream().allMatch(life -> life.state() == State.LIVE)) {
            return List.of();
        }
        return List.of(new LifecycleGuard(
                lives, config.routes().stream().map(RouteConfig::name).collect(Collectors.toSet()), clock));
    }
}
