package io.countersign.proxy;

import io.countersign.proxy.metrics.InForce;
import io.countersign.proxy.settings.ProxyConfig;

/** What metrics show of a configuration. */
final class LiveConfiguration {
    private LiveConfiguration() {}

    static InForce of(ProxyConfig config) {
        return new InForce(
                config.operation().hash(),
                config.access().lists().hashes(),
                config.limits().inFlight(),
                config.limits().connections(),
                config.operation().horizons());
    }
}
