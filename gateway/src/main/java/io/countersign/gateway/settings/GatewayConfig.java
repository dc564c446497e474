package io.countersign.gateway.settings;

import io.countersign.gateway.calls.CallsConfig;
import io.countersign.gateway.console.config.ConsoleConfig;
import io.countersign.gateway.identity.IdentityConfig;
import io.countersign.gateway.lifecycle.LifecycleConfig;
import io.countersign.gateway.quota.QuotaConfig;
import io.countersign.gateway.tenant.TenantsConfig;
import io.countersign.proxy.settings.ExtensionConfig;
import io.countersign.proxy.settings.ProxyConfig;
import java.util.Optional;

/**
 * The gateway's part of the configuration, checked and with every default filled in.
 *
 * @param identity by what callers are known
 * @param lifecycle of the routes
 * @param quotas how they are counted
 * @param tenants whose requests go where
 * @param calls which are kept
 * @param console empty: there is none
 */
public record GatewayConfig(
        IdentityConfig identity,
        LifecycleConfig lifecycle,
        QuotaConfig quotas,
        TenantsConfig tenants,
        CallsConfig calls,
        Optional<ConsoleConfig> console)
        implements ExtensionConfig {
    /** That of a whole configuration. */
    public static GatewayConfig of(ProxyConfig config) {
        return config.extension(GatewayConfig.class).orElseThrow();
    }
}
