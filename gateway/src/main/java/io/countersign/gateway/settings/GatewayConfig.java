package io.countersign.gateway.settings;

import io.countersign.proxy.settings.ExtensionConfig;

/** The gateway's part of the configuration, checked and with every default filled in. */
public record GatewayConfig() implements ExtensionConfig {}
