package io.countersign.gateway.tenant;

import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.quota.QuotaTable;
import io.countersign.proxy.Extension;
import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.admission.Terms;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.settings.ProxyConfig;
import io.prometheus.metrics.model.registry.Collector;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The tenants as a part of the gateway; without any in the configuration it does nothing. */
public final class Tenants implements Extension {
    private final Function<ProxyConfig, TenantsConfig> read;
    private final Function<ProxyConfig, QuotaTable> quotas;
    private final TenantUses uses;
    private Map<String, TenantInForce> proposed = Map.of();

    /**
     * Makes it.
     *
     * @param read finds what was read of the tenants
     * @param quotas those of a configuration that is about to be taken, to be filled
     */
    public Tenants(Function<ProxyConfig, TenantsConfig> read, Function<ProxyConfig, QuotaTable> quotas, Clock clock) {
        this.read = read;
        this.quotas = quotas;
        this.uses = new TenantUses(clock);
    }

    @Override
    public String name() {
        return "tenants";
    }

    @Override
    public synchronized List<Guard> guards(ProxyConfig config) {
        TenantsConfig tenants = read.apply(config);
        QuotaTable table = quotas.apply(config);
        Map<String, Terms> terms = TenantTerms.of(tenants);
        Map<String, TenantInForce> byName = new HashMap<>();
        for (TenantConfig tenant : tenants.all()) {
            String name = tenant.name();
            byName.put(
                    name,
                    new TenantInForce(
                            tenant,
                            terms.get(name),
                            uses.of(name),
                            tenant.limits().requests().map(limit -> table.requests(name, limit)),
                            tenant.limits().daily().map(daily -> table.bytes(name, daily.bytes()))));
        }
        proposed = Map.copyOf(byName);
        return byName.isEmpty() ? List.of() : List.of(new TenantGuard(tenants, proposed, config.access()));
    }

    @Override
    public List<String> summary(ProxyConfig config) {
        return TenantSummary.lines(read.apply(config));
    }

    @Override
    public List<ExchangeObserver> observers() {
        return List.of(uses);
    }

    @Override
    public List<Collector> collectors() {
        return new TenantMetrics(uses).collectors();
    }

    /** For the console. */
    public ApiResource resource() {
        return new TenantsResource(uses);
    }

    @Override
    public synchronized void taken(ProxyConfig config) {
        uses.taken(proposed);
    }

    @Override
    public synchronized void refused(List<ConfigFault> why) {
        proposed = uses.inForce();
    }
}
