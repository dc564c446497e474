package io.countersign.gateway.quota;

import io.countersign.proxy.Extension;
import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.settings.ProxyConfig;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.Collector;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Keeps what has been used of each quota, and the link to other replicas, while one configuration follows another. */
public final class Quotas implements Extension {
    private final Function<ProxyConfig, QuotaConfig> read;
    private final LongSupplier nanos;
    private final Clock clock;
    private final Function<StoreAddress, SharedStore.Connector> stores;
    private final String replica = replica();
    private QuotaTable inForce;
    private QuotaTable next;

    /**
     * Without quotas yet.
     *
     * @param read finds what was read of how quotas are counted
     * @param nanos the time from any origin, as {@link System#nanoTime} has it
     * @param stores makes what connects to a store; not asked unless one is configured
     */
    public Quotas(
            Function<ProxyConfig, QuotaConfig> read,
            LongSupplier nanos,
            Clock clock,
            Function<StoreAddress, SharedStore.Connector> stores) {
        this.read = read;
        this.nanos = nanos;
        this.clock = clock;
        this.stores = stores;
        this.inForce =
                QuotaTable.first(new QuotaConfig(1, Optional.empty()), new Counting(nanos, clock, Optional.empty()));
        this.next = inForce;
    }

    private static String replica() {
        byte[] name = new byte[8];
        new SecureRandom().nextBytes(name);
        return HexFormat.of().formatHex(name);
    }

    @Override
    public String name() {
        return "quotas";
    }

    @Override
    public List<Collector> collectors() {
        return List.of(
                GaugeWithCallback.builder()
                        .name("countersign_quotas_shared")
                        .help(
                                "Whether quotas are shared with other replicas at this moment; absent where that is not configured.")
                        .callback(out -> link().ifPresent(link -> out.call(link.together() ? 1 : 0)))
                        .build(),
                CounterWithCallback.builder()
                        .name("countersign_quotas_shared_outages_total")
                        .help(
                                "How often the store that replicas share went away, or could not be reached at the start.")
                        .callback(out -> link().ifPresent(link -> out.call((double) link.outages())))
                        .build());
    }

    /** None of its own: those of tenants ask for the quotas. */
    @Override
    public List<Guard> guards(ProxyConfig config) {
        prepare(read.apply(config));
        return List.of();
    }

    /**
     * The quotas of a configuration that is about to be taken, to be filled by whoever makes its guards; the same table whoever asks
     * first.
     */
    public synchronized QuotaTable prepare(QuotaConfig config) {
        if (next != inForce && next.config().equals(config)) {
            return next;
        }
        forgetProposed();
        Optional<SharedLink> now = inForce.counting().link();
        Optional<SharedLink> link = config.shared()
                .map(address ->
                        now.filter(same -> same.address().equals(address)).orElseGet(() -> link(address)));
        next = inForce.next(config, new Counting(nanos, clock, link));
        return next;
    }

    private SharedLink link(StoreAddress address) {
        return new SharedLink(address, () -> stores.apply(address), replica, nanos);
    }

    @Override
    public synchronized void taken(ProxyConfig config) {
        QuotaTable before = inForce;
        inForce = next;
        inForce.taken();
        closeUnlessUsed(before);
    }

    @Override
    public void refused(List<ConfigFault> why) {
        forgetProposed();
    }

    private synchronized void forgetProposed() {
        QuotaTable not = next;
        next = inForce;
        closeUnlessUsed(not);
    }

    private void closeUnlessUsed(QuotaTable old) {
        if (!old.counting().link().equals(inForce.counting().link())) {
            old.counting().close();
        }
    }

    /** Whether counts are shared with other replicas at this moment. */
    public boolean together() {
        return link().filter(SharedLink::together).isPresent();
    }

    /** How often what is shared went away, or could not be reached, since it was configured. */
    public long outages() {
        return link().map(SharedLink::outages).orElse(0L);
    }

    private synchronized Optional<SharedLink> link() {
        return inForce.counting().link();
    }

    @Override
    public synchronized void close() {
        forgetProposed();
        inForce.counting().close();
    }
}
