package io.countersign.cli.check;

import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.CredentialsConfig.AssumeRole;
import io.countersign.proxy.credentials.CredentialsConfig.DefaultChain;
import io.countersign.proxy.credentials.CredentialsConfig.EnvironmentVariables;
import io.countersign.proxy.credentials.CredentialsConfig.Named;
import io.countersign.proxy.credentials.CredentialsConfig.ProviderConfig;
import io.countersign.proxy.credentials.CredentialsConfig.Sts;
import io.countersign.proxy.credentials.CredentialsConfig.WebIdentity;
import io.countersign.proxy.settings.ProxyConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What can be said of credentials without asking anyone for them. */
final class CredentialsWarnings {
    private CredentialsWarnings() {}

    static List<ConfigFault> of(ProxyConfig config, Environment environment) {
        List<ConfigFault> warnings = new ArrayList<>();
        for (CredentialsConfig credentials : config.credentials().values()) {
            String path = "credentials." + credentials.name();
            sts(credentials)
                    .filter(sts -> sts.endpoint().isEmpty())
                    .flatMap(Sts::region)
                    .flatMap(region -> AwsNames.regionWarning(region, true))
                    .ifPresent(what -> warnings.add(new ConfigFault(path + ".sts-region", what)));
            if (isUsed(credentials, config) && lacksToken(credentials.provider(), environment)) {
                warnings.add(new ConfigFault(
                        path,
                        "AWS_ACCESS_KEY_ID in the environment is a temporary key (ASIA...), and AWS_SESSION_TOKEN is"
                                + " not set; set it to the token that came with the key"));
            }
        }
        return warnings;
    }

    private static Optional<Sts> sts(CredentialsConfig credentials) {
        return credentials.provider() instanceof WebIdentity web
                ? Optional.of(web.sts())
                : credentials.assumeRole().map(AssumeRole::sts);
    }

    /** The default credentials are always there, and need not work where nobody signs with them. */
    private static boolean isUsed(CredentialsConfig credentials, ProxyConfig config) {
        return config.routes().stream()
                .flatMap(route -> route.ways().stream())
                .flatMap(way -> way.signing().stream())
                .anyMatch(signing -> signing.credentials().equals(credentials.name()));
    }

    private static boolean lacksToken(ProviderConfig provider, Environment environment) {
        if (provider instanceof Named named) {
            return lacksToken(named.base().provider(), environment);
        }
        boolean asked = provider instanceof DefaultChain || provider instanceof EnvironmentVariables;
        // "IAM identifiers" in the IAM User Guide: temporary keys begin with ASIA.
        return asked
                && environment
                        .get("AWS_ACCESS_KEY_ID")
                        .filter(key -> key.startsWith("ASIA"))
                        .isPresent()
                && environment.get("AWS_SECRET_ACCESS_KEY").isPresent()
                && environment.get("AWS_SESSION_TOKEN").isEmpty();
    }
}
