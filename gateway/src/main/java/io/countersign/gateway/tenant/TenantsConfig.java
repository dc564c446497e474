package io.countersign.gateway.tenant;

import java.util.List;

/**
 * All tenants.
 *
 * @param all in order of appearance, which decides nothing; without any, every request goes by the routes alone
 */
public record TenantsConfig(List<TenantConfig> all) {
    public TenantsConfig {
        all = List.copyOf(all);
    }
}
