package io.countersign.proxy;

import io.countersign.proxy.metrics.Metrics;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.upstream.Resolver;

/** The resolver of all event loops, as it is configured, and how it fares among the metrics. */
final class WatchedResolver {
    private WatchedResolver() {}

    static Resolver of(ProxyConfig config, Metrics metrics) {
        Resolver resolver = Resolver.of(config.operation().machine().names());
        metrics.watchNames(resolver::counts);
        return resolver;
    }
}
