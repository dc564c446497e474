package io.countersign.cli.sign;

import io.countersign.cli.check.CredentialsCheck;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.CredentialsConfig.DefaultChain;
import io.countersign.proxy.credentials.CredentialsConfig.Profile;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.sigv4.AwsCredentials;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/**
 * Which credentials to sign with: those that a configuration names, a profile's, or what the default chain finds. All come
 * from the same providers as the proxy's.
 */
public final class CredentialsOptions {
    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description =
                    "Use the credentials of this AWS profile. Without it and --credentials, the default chain of the"
                            + " proxy is used: environment, web identity, default profile, container, instance.")
    Optional<String> profile = Optional.empty();

    @Option(
            names = "--credentials",
            paramLabel = "NAME",
            description = "Use the credentials of this name in the configuration.")
    Optional<String> credentials = Optional.empty();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "With --credentials: the configuration; without it, the one that COUNTERSIGN_CONFIG names.")
    Optional<Path> config = Optional.empty();

    AwsCredentials resolve(Map<String, String> environment) throws InputFault {
        if (credentials.isPresent() && profile.isPresent()) {
            throw new InputFault("--credentials and --profile exclude each other: keep one of them");
        }
        if (config.isPresent() && credentials.isEmpty()) {
            throw new InputFault("--config needs --credentials, which says which credentials in it to use");
        }
        if (credentials.isPresent()) {
            return ofConfiguration(credentials.get(), environment);
        }
        return profile.isPresent()
                ? resolve("profile '" + profile.get() + "'", new Profile(profile.get()), environment)
                : resolve("no credentials to sign with", new DefaultChain(), environment);
    }

    private AwsCredentials ofConfiguration(String name, Map<String, String> environment) throws InputFault {
        Path file = config.or(() -> Optional.ofNullable(environment.get("COUNTERSIGN_CONFIG"))
                        .map(Path::of))
                .orElseThrow(
                        () -> new InputFault("--credentials " + name + " of which configuration? Give --config FILE"));
        LoadResult result = HoconSource.file(file, environment).load();
        if (result instanceof LoadResult.Faulty faulty) {
            throw new InputFault("the configuration has faults: "
                    + faulty.faults().stream().map(ConfigFault::toString).collect(Collectors.joining("; ")));
        }
        Map<String, CredentialsConfig> named =
                ((LoadResult.Loaded) result).config().credentials();
        if (!named.containsKey(name)) {
            throw new InputFault("there are no credentials '" + name + "' in " + file + "; it has "
                    + String.join(", ", named.keySet().stream().sorted().toList()));
        }
        return resolve("credentials " + name, named.get(name), environment);
    }

    private static AwsCredentials resolve(
            String what, CredentialsConfig.ProviderConfig provider, Map<String, String> environment) throws InputFault {
        return resolve(what, new CredentialsConfig("default", provider, Optional.empty()), environment);
    }

    /** The reason says which provider was asked, and which files were read. */
    private static AwsCredentials resolve(String what, CredentialsConfig config, Map<String, String> environment)
            throws InputFault {
        CredentialsCheck.Outcome outcome =
                new CredentialsCheck(Environment.of(environment), Clock.systemUTC()).resolve(config);
        if (outcome instanceof CredentialsCheck.Resolved resolved) {
            return resolved.fetched().credentials();
        }
        throw new InputFault(what + ": " + ((CredentialsCheck.Unresolved) outcome).reason());
    }
}
