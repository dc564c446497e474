package io.countersign.proxy;

import io.countersign.proxy.admission.Snapshot;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.state.StateFolder;
import io.netty.channel.EventLoopGroup;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;

/** The running proxy, by what its server hands out. */
record LiveHost(
        EventLoopGroup loops,
        Supplier<ProxyConfig> inForce,
        Supplier<Snapshot> compiled,
        Runnable reloading,
        Optional<StateFolder> state,
        Clock clock,
        Inside inside)
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
