package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.CredentialsProvider;

/** Makes providers from the configuration. */
public final class Providers {
    private Providers() {}

    /** The provider that is configured, with those that it builds on. */
    public static CredentialsProvider of(CredentialsConfig config, Environment environment) {
        CredentialsProvider below = of(config.provider(), environment);
        return config.assumeRole()
                .<CredentialsProvider>map(role -> new AssumedRoleProvider(
                        role.named(SessionName.of(role.sessionName(), environment)),
                        below,
                        StsSettings.of(role.sts(), role.roleArn(), environment)))
                .orElse(below);
    }

    private static CredentialsProvider of(CredentialsConfig.ProviderConfig provider, Environment environment) {
        if (provider instanceof CredentialsConfig.Static fixed) {
            return new StaticProvider(fixed.credentials());
        }
        if (provider instanceof CredentialsConfig.EnvironmentVariables) {
            return new EnvironmentProvider(environment);
        }
        if (provider instanceof CredentialsConfig.Profile profile) {
            return ProfileProvider.named(profile.profile(), environment);
        }
        if (provider instanceof CredentialsConfig.WebIdentity web) {
            return WebIdentityProvider.configured(web, environment);
        }
        if (provider instanceof CredentialsConfig.Container) {
            return new ContainerProvider(environment);
        }
        if (provider instanceof CredentialsConfig.Instance) {
            return new InstanceProvider(environment);
        }
        if (provider instanceof CredentialsConfig.Named named) {
            return of(named.base(), environment);
        }
        if (provider instanceof CredentialsConfig.DefaultChain) {
            return ProviderChain.defaultChain(environment);
        }
        throw new IllegalArgumentException("unknown credentials provider: " + provider);
    }
}
