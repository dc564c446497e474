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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway's part that has callers approved. It runs wherever there is a {@code state.dir}, or where replicas share what was decided; elsewhere
 * nobody can be approved. */
public final class ApprovalPart implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(ApprovalPart.class);
    private static final Duration WEBHOOK_PAUSE = Duration.ofSeconds(5);

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Peers peers;
    private final ApprovalStore.Deciding deciding;
    private volatile Optional<Host> running = Optional.empty();

    /** What the other replicas know was asked for once. */
    private boolean heard;

    private volatile Optional<ApprovalStore> opened = Optional.empty();
    private volatile ApprovalConfig config = ApprovalConfig.UNUSED;
    private volatile boolean asksUnlisted;
    private volatile Optional<Webhook> webhook = Optional.empty();

    /** Without other replicas. */
    public ApprovalPart() {
        this(Peers.NONE, ApprovalStore.Deciding.UNHEARD);
    }

    /**
     * With other replicas.
     *
     * @param deciding hears of what becomes of decisions by what these say
     */
    public ApprovalPart(Peers peers, ApprovalStore.Deciding deciding) {
        this.peers = peers;
        this.deciding = deciding;
    }

    @Override
    public String name() {
        return "approval";
    }

    @Override
    public List<Guard> guards(ProxyConfig whole) {
        ApprovalSettings settings = settings(whole);
        return settings.isUsed()
                ? List.of(new ApprovalGuard(settings, () -> store().map(ApprovalStore::approvals)))
                : List.of();
    }

    private static ApprovalSettings settings(ProxyConfig whole) {
        return whole.extension(ApprovalSettings.class).orElse(ApprovalSettings.UNUSED);
    }

    /** An address that was approved is let in like one of a list; whom only its request makes known is judged by that. */
    @Override
    public boolean approves(Caller caller) {
        return asksUnlisted
                && store().flatMap(open -> CallerKey.of(caller)
                                .flatMap(key -> open.approvals().approvalOf(new Ask(key, Optional.empty()))))
                        .isPresent();
    }

    @Override
    public List<Collector> collectors() {
        return ApprovalMetrics.of(() -> store().map(ApprovalStore::approvals), () -> webhook.map(Webhook::lost));
    }

    /** Where newcomers are announced, if that goes another way than directly. */
    @Override
    public List<String> summary(ProxyConfig whole) {
        return settings(whole).config().webhook().stream()
                .filter(target -> target.proxy().isPresent())
                .map(target -> "approval.webhook at " + target)
                .toList();
    }

    @Override
    public void open(Host host) throws StartFailure {
        running = Optional.of(host);
        if (host.state().isPresent()) {
            start(host);
        }
    }

    private void start(Host host) throws StartFailure {
        Webhook announcing = new Webhook(() -> config.webhook(), WEBHOOK_PAUSE);
        webhook = Optional.of(announcing);
        try {
            opened = Optional.of(new ApprovalStore(
                    host.state(),
                    host.clock(),
                    settings(host.config()).config().maxPending(),
                    announcing::announce,
                    peers,
                    deciding));
        } catch (StateFault | ApprovalFiles.UnusableFile e) {
            throw new StartFailure(
                    StartFailure.Cause.ENVIRONMENT, List.of(new ConfigFault("state.dir", e.getMessage())));
        }
    }

    @Override
    public void taken(ProxyConfig whole) {
        ApprovalSettings settings = settings(whole);
        if (!config.webhook().equals(settings.config().webhook())) {
            summary(whole).forEach(LOG::info);
        }
        config = settings.config();
        asksUnlisted = settings.asksUnlisted();
        opened.ifPresent(open -> open.approvals().maxPending(config.maxPending()));
        peers.taken();
        share(settings);
        if (store().isEmpty() && settings.isUsed()) {
            LOG.warn("approval: nobody can be approved before a restart, since the process started without state.dir");
        }
    }

    /** From the moment on at which there are other replicas. */
    private void share(ApprovalSettings settings) {
        if (!peers.exist() || running.isEmpty()) {
            return;
        }
        if (opened.isEmpty()) {
            try {
                start(running.get());
            } catch (StartFailure e) {
                throw new IllegalStateException("without a folder nothing can be wrong with it", e);
            }
        }
        if (!heard && settings.isUsed()) {
            heard = true;
            hearFromOthers();
        }
    }

    /** Before the first client is let in, or those whom the others have approved would be refused at first. Blocks for a moment. */
    private void hearFromOthers() {
        try {
            peers.current().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("approval: the store that replicas share has not answered; until it does, only those may call"
                    + " whom this replica knows to be approved");
        }
    }

    /** Empty where it is kept nowhere: without {@code state.dir}, and without other replicas. */
    public Optional<ApprovalStore> store() {
        return opened.filter(
                open -> peers.exist() || running.flatMap(Host::state).isPresent());
    }

    /** In force now. */
    public ApprovalConfig config() {
        return config;
    }

    @Override
    public void close() {
        webhook.ifPresent(Webhook::close);
        opened.ifPresent(ApprovalStore::close);
    }
}
