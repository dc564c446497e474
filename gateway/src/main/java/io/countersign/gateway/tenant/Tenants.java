package io.countersign.gateway.tenant;

import io.countersign.proxy.Extension;
import io.countersign.proxy.admission.Guard;
import io.countersign.proxy.settings.ProxyConfig;
import java.util.List;
import java.util.function.Function;

/** The tenants as a part of the gateway; without any in the configuration it does nothing. */
public final class Tenants implements Extension {
    private final Function<ProxyConfig, TenantsConfig> read;

    /** @param read finds what was read of the tenants */
    public Tenants(Function<ProxyConfig, TenantsConfig> read) {
        this.read = read;
    }

    @Override
    public String name() {
        return "tenants";
    }

    @Override
    public List<Guard> guards(ProxyConfig config) {
        TenantsConfig tenants = read.apply(config);
        return tenants.all().isEmpty() ? List.of() : List.of(new TenantGuard(tenants, config.access()));
    }
}
