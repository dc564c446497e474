package io.countersign.gateway;

import io.countersign.gateway.approval.ApprovalPart;
import io.countersign.gateway.approval.api.ApprovalDesk;
import io.countersign.gateway.approval.api.ApprovalResources;
import io.countersign.gateway.approval.sharing.SharedApprovals;
import io.countersign.gateway.audit.AuditPart;
import io.countersign.gateway.audit.AuditResource;
import io.countersign.gateway.calls.CallsPart;
import io.countersign.gateway.command.Commands;
import io.countersign.gateway.command.calls.CallCommands;
import io.countersign.gateway.console.Console;
import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.identity.Identities;
import io.countersign.gateway.lifecycle.Lifecycles;
import io.countersign.gateway.quota.Quotas;
import io.countersign.gateway.redis.RedisConnector;
import io.countersign.gateway.redis.SharedStore;
import io.countersign.gateway.settings.GatewayConfig;
import io.countersign.gateway.shared.SharedLinks;
import io.countersign.gateway.tenant.Tenants;
import io.countersign.proxy.Extension;
import io.countersign.proxy.Host;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.settings.ProxyConfig;
import io.prometheus.metrics.model.registry.Collector;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The gateway as the core finds it: its parts in the order in which their guards are asked. */
public final class Gateway implements Extension {
    private final AuditPart audit = new AuditPart();
    private final Lifecycles lifecycles = new Lifecycles(Clock.systemUTC());
    private final SharedLinks<SharedStore> links = new SharedLinks<>(
            config -> GatewayConfig.of(config).quotas().shared(),
            // A lambda, and no reference to the constructor, which would load Redis' client where none is used.
            address -> new RedisConnector(address),
            System::nanoTime);

    private final ApprovalPart approval = new ApprovalPart(new SharedApprovals(links), new AuditedMerges(audit));

    private final Quotas quotas =
            new Quotas(config -> GatewayConfig.of(config).quotas(), System::nanoTime, Clock.systemUTC(), links);

    private final Tenants tenants = new Tenants(
            config -> GatewayConfig.of(config).tenants(),
            config -> quotas.prepare(GatewayConfig.of(config).quotas()),
            Clock.systemUTC());

    private final CallsPart calls =
            new CallsPart(config -> GatewayConfig.of(config).calls(), Instant.now());

    /** Each is an extension by itself; its guards may build on what those before it have found out about the caller. */
    private final List<Extension> parts = List.of(
            audit,
            links,
            new AuditedReloads(audit),
            new Identities(config -> GatewayConfig.of(config).identity(), Clock.systemUTC(), System::nanoTime),
            tenants,
            lifecycles,
            quotas,
            approval,
            calls,
            // The last, since it shows what the others do.
            new Console(this::resources, calls.calls(), audit::record));

    /** What the parts add to the console. */
    private List<ApiResource> resources() {
        ApprovalDesk desk = new ApprovalDesk(approval::store, approval::config, audit::record);
        List<ApiResource> all = new ArrayList<>(ApprovalResources.of(desk));
        all.add(new AuditResource(audit::log));
        all.add(lifecycles.catalogue());
        all.add(tenants.resource());
        return all;
    }

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public List<Object> commands(Map<String, String> environment) {
        List<Object> all = new ArrayList<>(Commands.all(environment));
        all.addAll(CallCommands.all(environment));
        return all;
    }

    @Override
    public List<Guard> guards(ProxyConfig config) {
        return parts.stream().flatMap(part -> part.guards(config).stream()).toList();
    }

    @Override
    public boolean approves(Caller caller) {
        return parts.stream().anyMatch(part -> part.approves(caller));
    }

    @Override
    public List<ExchangeObserver> observers() {
        return parts.stream().flatMap(part -> part.observers().stream()).toList();
    }

    @Override
    public List<String> summary(ProxyConfig config) {
        return parts.stream().flatMap(part -> part.summary(config).stream()).toList();
    }

    @Override
    public List<Collector> collectors() {
        return parts.stream().flatMap(part -> part.collectors().stream()).toList();
    }

    @Override
    public void open(Host host) throws StartFailure {
        for (Extension part : parts) {
            part.open(host);
        }
    }

    @Override
    public void taken(ProxyConfig config) {
        parts.forEach(part -> part.taken(config));
    }

    @Override
    public void refused(List<ConfigFault> why) {
        parts.forEach(part -> part.refused(why));
    }

    @Override
    public void close() {
        parts.forEach(Extension::close);
    }
}
