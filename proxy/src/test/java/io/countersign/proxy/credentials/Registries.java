package io.countersign.proxy.credentials;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.provider.Providers;
import java.util.Map;

/** Registries that are in force at once, with the providers of the product. */
public final class Registries {
    private Registries() {}

    public static CredentialsRegistry started(
            Map<String, CredentialsConfig> configs, RefreshRuntime runtime, Environment environment) {
        CredentialsRegistry registry =
                CredentialsRegistry.prepare(configs, runtime, each -> Providers.of(each, environment));
        registry.replace(null);
        return registry;
    }

    /** What a reload does. */
    public static CredentialsRegistry reloaded(CredentialsRegistry before, Map<String, CredentialsConfig> configs) {
        CredentialsRegistry next = before.prepare(configs);
        next.replace(before);
        return next;
    }
}
