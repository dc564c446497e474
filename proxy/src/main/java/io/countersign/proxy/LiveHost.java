package io.countersign.proxy;

import io.countersign.proxy.admission.Snapshot;
import io.countersign.proxy.settings.ProxyConfig;
import io.netty.channel.EventLoopGroup;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Supplier;

/** The running proxy, by what its server hands out. */
record LiveHost(
        EventLoopGroup loops,
        Supplier<ProxyConfig> inForce,
        Supplier<Snapshot> compiled,
        Runnable reloading,
        Instant started,
        Clock clock)
        implements Host {
    @Override
    public ProxyConfig config() {
        return inForce.get();
    }

    @Override
    public Snapshot snapshot() {
        return compiled.get();
    }

    @Override
    public void reload() {
        reloading.run();
    }
}
