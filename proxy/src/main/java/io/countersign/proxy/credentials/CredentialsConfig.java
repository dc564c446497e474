package io.countersign.proxy.credentials;

import io.countersign.sigv4.AwsCredentials;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where one named set of credentials comes from. Equal when nothing in it differs, down to the last provider of a chain of
 * roles: so a reload keeps the providers that it does not change.
 *
 * @param assumeRole when present, what {@code provider} yields is only used to assume this role
 * @param identify whether STS may be asked to whom they belong, where nobody has said so along with them
 */
public record CredentialsConfig(
        String name, ProviderConfig provider, Optional<AssumeRole> assumeRole, boolean identify) {

    /** Of which STS is not asked to whom they belong. */
    public CredentialsConfig(String name, ProviderConfig provider, Optional<AssumeRole> assumeRole) {
        this(name, provider, assumeRole, false);
    }

    /** The place to ask first. */
    public sealed interface ProviderConfig {}

    /** The SDK's default chain: environment, web identity, profile, container, instance. */
    public record DefaultChain() implements ProviderConfig {}

    /** {@code AWS_ACCESS_KEY_ID} and its like. */
    public record EnvironmentVariables() implements ProviderConfig {}

    /** In place of a session's name, since no session has an empty one: that of the pod, the task or the host. */
    public static final String AUTO = "";

    /** A profile of the shared AWS configuration files. */
    public record Profile(String profile) implements ProviderConfig {}

    /** Fixed credentials, for tests and stand-ins. */
    public record Static(AwsCredentials credentials) implements ProviderConfig {}

    /**
     * STS AssumeRoleWithWebIdentity, as with IAM roles for service accounts.
     *
     * @param tokenFile rotated by somebody else, and read anew each time
     * @param durationSeconds 900 to 43200
     */
    public record WebIdentity(Path tokenFile, String roleArn, String sessionName, int durationSeconds, Sts sts)
            implements ProviderConfig {}

    /** The endpoint of ECS tasks and of EKS Pod Identity, which the environment names. */
    public record Container() implements ProviderConfig {}

    /** The role of the EC2 instance, from its metadata service. */
    public record Instance() implements ProviderConfig {}

    /** Other credentials of the configuration, which may assume a role themselves. */
    public record Named(CredentialsConfig base) implements ProviderConfig {}

    /**
     * STS AssumeRole.
     *
     * @param durationSeconds 900 to 43200
     * @param tags of the session
     */
    public record AssumeRole(
            String roleArn,
            Optional<String> externalId,
            String sessionName,
            int durationSeconds,
            Map<String, String> tags,
            Sts sts) {
        public AssumeRole {
            tags = Map.copyOf(tags);
        }

        /** The same under another name. */
        public AssumeRole named(String session) {
            return new AssumeRole(roleArn, externalId, session, durationSeconds, tags, sts);
        }
    }

    /**
     * Which STS is asked; what is empty follows from the environment.
     *
     * @param region whose regional endpoint
     * @param endpoint overrides the endpoint's URL
     * @param fips whether its FIPS endpoint
     */
    public record Sts(Optional<String> region, Optional<String> endpoint, Optional<Boolean> fips) {
        public static final Sts OF_ENVIRONMENT = new Sts(Optional.empty(), Optional.empty(), Optional.empty());
    }
}
