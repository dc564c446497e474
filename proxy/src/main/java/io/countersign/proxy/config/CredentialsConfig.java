package io.countersign.proxy.config;

import io.countersign.sigv4.AwsKeys;
import java.util.Optional;

/**
 * Where one named set of credentials comes from.
 *
 * @param assumeRole when present, what {@code source} yields is only used to assume this role
 */
public record CredentialsConfig(String name, Source source, Optional<AssumeRole> assumeRole) {

    /** The place to ask first. */
    public sealed interface Source {}

    /** The SDK's default chain: environment, profile, web identity, container, instance. */
    public record DefaultChain() implements Source {}

    /** A profile of the shared AWS configuration files. */
    public record Profile(String profile) implements Source {}

    /** Fixed keys, for tests and stand-ins. */
    public record Static(AwsKeys keys) implements Source {}

    /**
     * STS AssumeRole.
     *
     * @param durationSeconds 900 to 43200
     * @param stsRegion whose regional endpoint is called
     * @param stsEndpoint overrides the endpoint's URL
     */
    public record AssumeRole(
            String roleArn,
            Optional<String> externalId,
            String sessionName,
            int durationSeconds,
            Optional<String> stsRegion,
            Optional<String> stsEndpoint) {}
}
