package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.CredentialsConfig.AssumeRole;
import io.countersign.proxy.credentials.CredentialsConfig.Sts;
import io.countersign.proxy.credentials.CredentialsProvider;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.credentials.Fetched;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;

/**
 * A profile of the shared AWS files: credentials, {@code role_arn} over {@code source_profile} or {@code credential_source}, web
 * identity, SSO, {@code credential_process}. The SDK reads the files; what a profile stands for is decided here, since its
 * profile provider asks the global STS, and the metadata service for a region.
 *
 * @param named it was asked for by name: then it must be there, and hold credentials
 */
record ProfileProvider(String profile, boolean named, Environment environment) implements CredentialsProvider {
    private static final String DEFAULT = "default";
    /** One of these makes a profile a provider; a region or an output format does not. */
    private static final List<String> SOURCES = List.of(
            "role_arn",
            "web_identity_token_file",
            "sso_session",
            "sso_start_url",
            "sso_account_id",
            "sso_role_name",
            "credential_process",
            "login_session",
            "aws_access_key_id",
            "aws_secret_access_key",
            "aws_session_token");

    private static final int DEFAULT_SECONDS = 3600;

    /** A profile that a configuration, a command line or {@code AWS_PROFILE} names. */
    static ProfileProvider named(String profile, Environment environment) {
        return new ProfileProvider(profile, true, environment);
    }

    /** The profile that {@code AWS_PROFILE} names, else {@code default}, which may be absent. */
    static ProfileProvider ofEnvironment(Environment environment) {
        Optional<String> profile = environment.get("AWS_PROFILE");
        return new ProfileProvider(profile.orElse(DEFAULT), profile.isPresent(), environment);
    }

    @Override
    public String kind() {
        return "profile";
    }

    private ProfileFiles files() {
        return ProfileFiles.of(environment);
    }

    @Override
    public Optional<String> absence() {
        if (files().fault().isPresent()) {
            return Optional.empty();
        }
        Optional<Profile> section;
        try {
            section = files().read().profile(profile);
        } catch (FetchFailure e) {
            return Optional.empty();
        }
        if (section.isEmpty()) {
            return named ? Optional.empty() : Optional.of(notThere());
        }
        boolean passedOver = profile.equals(DEFAULT) && !isSource(section.get());
        return passedOver ? Optional.of(noCredentials(profile)) : Optional.empty();
    }

    private static boolean isSource(Profile section) {
        return SOURCES.stream().anyMatch(key -> property(section, key).isPresent());
    }

    @Override
    public Fetched fetch() throws Exception {
        ProfileFile file = files().read();
        return of(profile, file, new ArrayList<>()).fetch();
    }

    /** @param above the profiles that lead here, so that a circle is seen */
    private CredentialsProvider of(String name, ProfileFile file, List<String> above) throws FetchFailure {
        String where = "profile " + name;
        Profile section = file.profile(name)
                .orElseThrow(() -> new FetchFailure(
                        above.isEmpty()
                                ? notThere()
                                : "profile " + above.get(above.size() - 1) + ": source_profile: no profile '" + name
                                        + "' in " + files()));
        boolean credentials = property(section, "aws_access_key_id").isPresent();
        if (above.contains(name) && !(credentials && above.get(above.size() - 1).equals(name))) {
            throw new FetchFailure(
                    where + ": source_profile leads in a circle: " + String.join(", ", above) + ", " + name);
        }
        // A profile may be its own provider: then its credentials are meant.
        if (property(section, "role_arn").isPresent() && !above.contains(name)) {
            return role(section, file, above);
        }
        if (SsoProvider.fits(section)) {
            return new SsoProvider(section, file, environment);
        }
        Optional<String> process = property(section, "credential_process");
        if (process.isPresent()) {
            return new ProcessProvider(process.get(), where + ": credential_process", where);
        }
        if (credentials || property(section, "aws_secret_access_key").isPresent()) {
            return written(section, where);
        }
        if (property(section, "login_session").isPresent()) {
            throw new FetchFailure(where + ": login_session is not supported; use credential_process = aws configure"
                    + " export-credentials --profile " + name + " --format process, in a profile of its own");
        }
        if (property(section, "web_identity_token_file").isPresent()) {
            throw new FetchFailure(where + ": web_identity_token_file is set, but role_arn is not");
        }
        throw new FetchFailure(noCredentials(name));
    }

    private CredentialsProvider role(Profile section, ProfileFile file, List<String> above) throws FetchFailure {
        String name = section.name();
        String role = property(section, "role_arn").orElseThrow();
        StsSettings sts = StsSettings.ofProfile(section, file, role, environment);
        String session = property(section, "role_session_name")
                .orElseGet(() -> SessionName.of(CredentialsConfig.AUTO, environment));
        int seconds = seconds(section);
        Optional<String> token = property(section, "web_identity_token_file");
        if (token.isPresent()) {
            Path path = environment.underHome(token.get());
            return new WebIdentityProvider.Exchange(path, role, session, seconds, sts);
        }
        Optional<String> provider = property(section, "source_profile");
        Optional<String> place = property(section, "credential_source");
        if (provider.isPresent() == place.isPresent()) {
            throw new FetchFailure("profile " + name + ": role_arn needs "
                    + (provider.isPresent()
                            ? "either source_profile or credential_source, not both"
                            : "a source_profile, a credential_source or a web_identity_token_file"));
        }
        List<String> chain = Stream.concat(above.stream(), Stream.of(name)).toList();
        CredentialsProvider below = provider.isPresent() ? of(provider.get(), file, chain) : place(place.get(), name);
        AssumeRole assume =
                new AssumeRole(role, property(section, "external_id"), session, seconds, Map.of(), Sts.OF_ENVIRONMENT);
        return new AssumedRoleProvider(assume, below, sts);
    }

    private CredentialsProvider place(String provider, String name) throws FetchFailure {
        return switch (provider) {
            case "Environment" -> new EnvironmentProvider(environment);
            case "Ec2InstanceMetadata" -> new InstanceProvider(environment);
            case "EcsContainer" -> new ContainerProvider(environment);
            default ->
                throw new FetchFailure("profile " + name
                        + ": unknown credential_source; write Environment, Ec2InstanceMetadata or EcsContainer");
        };
    }

    private static int seconds(Profile section) throws FetchFailure {
        String text = property(section, "duration_seconds").orElse(String.valueOf(DEFAULT_SECONDS));
        if (!text.matches("\\d{3,5}")) {
            throw new FetchFailure(
                    "profile " + section.name() + ": duration_seconds is not a number from 900 to 43200");
        }
        return Integer.parseInt(text);
    }

    private static CredentialsProvider written(Profile section, String where) throws FetchFailure {
        String id = required(section, "aws_access_key_id", where);
        String secret = required(section, "aws_secret_access_key", where);
        Optional<String> token = property(section, "aws_session_token");
        return new StaticProvider(WrittenCredentials.of(id, secret, token, where, "set aws_session_token"), where);
    }

    private static String required(Profile section, String key, String where) throws FetchFailure {
        return property(section, key).orElseThrow(() -> new FetchFailure(where + ": " + key + " is not set"));
    }

    /** An empty one counts as unset. */
    static Optional<String> property(Profile section, String key) {
        return section.property(key).map(String::strip).filter(value -> !value.isEmpty());
    }

    private String notThere() {
        return "no profile '" + profile + "' in " + files();
    }

    private String noCredentials(String name) {
        return "profile " + name + " holds no credentials in " + files();
    }
}
