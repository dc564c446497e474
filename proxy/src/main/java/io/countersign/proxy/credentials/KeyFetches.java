package io.countersign.proxy.credentials;

import io.countersign.proxy.config.CredentialsConfig;

/** From the configuration to the places that are asked. */
final class KeyFetches {
    private KeyFetches() {}

    /** What is configured, as something that can be asked. */
    static KeyFetch of(CredentialsConfig config, Environment environment) {
        KeyFetch below = of(config.source(), environment);
        return config.assumeRole()
                .<KeyFetch>map(
                        role -> new AssumedRole(role, below, StsSettings.of(role.sts(), role.roleArn(), environment)))
                .orElse(below);
    }

    private static KeyFetch of(CredentialsConfig.Source source, Environment environment) {
        if (source instanceof CredentialsConfig.Static fixed) {
            return new StaticKeys(fixed.keys());
        }
        if (source instanceof CredentialsConfig.EnvironmentVariables) {
            return new EnvironmentKeys(environment);
        }
        if (source instanceof CredentialsConfig.Profile profile) {
            return ProfileKeys.named(profile.profile(), environment);
        }
        if (source instanceof CredentialsConfig.WebIdentity web) {
            return WebIdentity.configured(web, environment);
        }
        if (source instanceof CredentialsConfig.Container) {
            return new ContainerKeys(environment);
        }
        if (source instanceof CredentialsConfig.Instance) {
            return new InstanceKeys(environment);
        }
        if (source instanceof CredentialsConfig.Named named) {
            return of(named.base(), environment);
        }
        if (source instanceof CredentialsConfig.DefaultChain) {
            return FirstOf.defaultChain(environment);
        }
        throw new IllegalArgumentException("no such source of credentials: " + source);
    }
}
