package io.countersign.gateway.shared;

import io.countersign.proxy.Extension;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.settings.ProxyConfig;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.Collector;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The link to the store while one configuration follows another: the same for as long as the address is the same.
 *
 * @param <S> a connection to the store
 */
public final class SharedLinks<S extends StoreConnection> implements Extension {
    private final Function<ProxyConfig, Optional<StoreAddress>> read;
    private final Function<StoreAddress, StoreConnection.Connector<S>> stores;
    private final LongSupplier nanos;
    private Optional<SharedLink<S>> inForce = Optional.empty();
    private Optional<SharedLink<S>> next = Optional.empty();

    /**
     * Without a link yet.
     *
     * @param read finds what was read of where the store is
     * @param stores makes what connects to a store; not asked unless one is configured
     * @param nanos the time from any origin, as {@link System#nanoTime} has it
     */
    public SharedLinks(
            Function<ProxyConfig, Optional<StoreAddress>> read,
            Function<StoreAddress, StoreConnection.Connector<S>> stores,
            LongSupplier nanos) {
        this.read = read;
        this.stores = stores;
        this.nanos = nanos;
    }

    @Override
    public String name() {
        return "shared";
    }

    @Override
    public List<Collector> collectors() {
        return List.of(
                GaugeWithCallback.builder()
                        .name("countersign_quotas_shared")
                        .help(
                                "Whether quotas and approvals are shared with other replicas at this moment; absent where that is not configured.")
                        .callback(out -> inForce().ifPresent(link -> out.call(link.together() ? 1 : 0)))
                        .build(),
                CounterWithCallback.builder()
                        .name("countersign_quotas_shared_outages_total")
                        .help(
                                "How often the store that replicas share went away, or could not be reached at the start.")
                        .callback(out -> inForce().ifPresent(link -> out.call((double) link.outages())))
                        .build());
    }

    /** The link of a configuration that is about to be taken; the same whoever asks. */
    public synchronized Optional<SharedLink<S>> prepare(Optional<StoreAddress> address) {
        if (next.map(SharedLink::address).equals(address)) {
            return next;
        }
        forgetProposed();
        if (!inForce.map(SharedLink::address).equals(address)) {
            next = address.map(where -> new SharedLink<>(where, () -> stores.apply(where), nanos));
        }
        return next;
    }

    @Override
    public synchronized void taken(ProxyConfig config) {
        prepare(read.apply(config));
        Optional<SharedLink<S>> before = inForce;
        inForce = next;
        closeUnlessUsed(before);
    }

    @Override
    public synchronized void refused(List<ConfigFault> why) {
        forgetProposed();
    }

    private void forgetProposed() {
        Optional<SharedLink<S>> not = next;
        next = inForce;
        closeUnlessUsed(not);
    }

    private void closeUnlessUsed(Optional<SharedLink<S>> old) {
        if (!old.equals(inForce)) {
            old.ifPresent(SharedLink::close);
        }
    }

    /** In force now. */
    public synchronized Optional<SharedLink<S>> inForce() {
        return inForce;
    }

    @Override
    public synchronized void close() {
        forgetProposed();
        inForce.ifPresent(SharedLink::close);
    }
}
