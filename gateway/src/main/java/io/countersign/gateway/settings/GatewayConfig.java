package io.countersign.gateway.settings;

import io.countersign.gateway.lifecycle.LifecycleConfig;
import io.countersign.gateway.quota.QuotaConfig;
import io.countersign.proxy.settings.ExtensionConfig;

/**
 * The gateway's part of the configuration, checked and with every default filled in.
 *
 * @param lifecycle of the routes
 * @param quotas how they are counted
 */
public record GatewayConfig(LifecycleConfig lifecycle, QuotaConfig quotas) implements ExtensionConfig {}
