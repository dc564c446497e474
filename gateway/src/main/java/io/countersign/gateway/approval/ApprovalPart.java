package io.countersign.gateway.approval;

import io.countersign.proxy.Extension;
import io.countersign.proxy.Host;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.settings.ProxyConfig;
import io.countersign.proxy.state.StateFolder.StateFault;
import io.prometheus.metrics.model.registry.Collector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway's part that has callers approved. It runs wherever there is a {@code state.dir}; without one nobody can be approved. */
public final class ApprovalPart implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(ApprovalPart.class);
    private static final Duration WEBHOOK_PAUSE = Duration.ofSeconds(5);

    private volatile Optional<ApprovalStore> store = Optional.empty();
    private volatile ApprovalConfig config = ApprovalConfig.UNUSED;
    private volatile boolean asksUnlisted;
    private volatile Optional<Webhook> webhook = Optional.empty();

    @Override
    public String name() {
        return "approval";
    }

    @Override
    public List<Guard> guards(ProxyConfig whole) {
        ApprovalSettings settings = settings(whole);
        return settings.isUsed()
                ? List.of(new ApprovalGuard(settings, () -> store.map(ApprovalStore::approvals)))
                : List.of();
    }

    private static ApprovalSettings settings(ProxyConfig whole) {
        return whole.extension(ApprovalSettings.class).orElse(ApprovalSettings.UNUSED);
    }

    /** An address that was approved is let in like one of a list; whom only its request makes known is judged by that. */
    @Override
    public boolean approves(Caller caller) {
        return asksUnlisted
                && store.flatMap(open -> CallerKey.of(caller)
                                .flatMap(key -> open.approvals().approvalOf(new Ask(key, Optional.empty()))))
                        .isPresent();
    }

    @Override
    public List<Collector> collectors() {
        return ApprovalMetrics.of(() -> store.map(ApprovalStore::approvals), () -> webhook.map(Webhook::lost));
    }

    @Override
    public void open(Host host) throws StartFailure {
        if (host.state().isEmpty()) {
            return;
        }
        ApprovalConfig first = settings(host.config()).config();
        Webhook announcing = new Webhook(() -> config.webhook(), WEBHOOK_PAUSE);
        webhook = Optional.of(announcing);
        try {
            store = Optional.of(
                    new ApprovalStore(host.state().get(), host.clock(), first.maxPending(), announcing::announce));
        } catch (StateFault | ApprovalStore.UnusableFile e) {
            throw new StartFailure(
                    StartFailure.Cause.ENVIRONMENT, List.of(new ConfigFault("state.dir", e.getMessage())));
        }
    }

    @Override
    public void taken(ProxyConfig whole) {
        ApprovalSettings settings = settings(whole);
        config = settings.config();
        asksUnlisted = settings.asksUnlisted();
        store.ifPresent(open -> open.approvals().maxPending(config.maxPending()));
        if (store.isEmpty() && settings.isUsed()) {
            LOG.warn("approval: nobody can be approved before a restart, since the process started without state.dir");
        }
    }

    /** Empty without {@code state.dir}. */
    public Optional<ApprovalStore> store() {
        return store;
    }

    /** In force now. */
    public ApprovalConfig config() {
        return config;
    }

    @Override
    public void close() {
        webhook.ifPresent(Webhook::close);
        store.ifPresent(ApprovalStore::close);
    }
}
