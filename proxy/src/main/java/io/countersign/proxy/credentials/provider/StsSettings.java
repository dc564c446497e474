package io.countersign.proxy.credentials.provider;

import static io.countersign.proxy.credentials.provider.ProfileProvider.property;

import io.countersign.proxy.aws.Regions;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig.Sts;
import io.countersign.proxy.credentials.FetchFailure;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;

/**
 * Which STS is called, and how. Always a regional endpoint: the global one is in one region alone, and its tokens are not
 * valid in regions that must be opted into.
 *
 * @param endpoint instead of the region's own
 */
record StsSettings(String region, Optional<ServiceEndpoint> endpoint, boolean fips, Environment environment) {
    private static final String SERVICE = "STS";

    /** The region that is configured, else the environment's, else the home region of the role's partition. */
    static StsSettings of(Sts configured, String roleArn, Environment environment) {
        return of(configured, roleArn, environment, Optional.empty(), ServiceEndpoint.NO_PROFILES);
    }

    /** For the role of a profile, whose region and endpoints come after the environment's. */
    static StsSettings ofProfile(Profile section, ProfileFile file, String roleArn, Environment environment) {
        return of(Sts.OF_ENVIRONMENT, roleArn, environment, Optional.of(section), file);
    }

    private static StsSettings of(
            Sts configured, String roleArn, Environment environment, Optional<Profile> section, ProfileFile file) {
        String where = configured
                .region()
                .or(() -> environment.get("AWS_REGION"))
                .or(() -> environment.get("AWS_DEFAULT_REGION"))
                .or(() -> section.flatMap(profile -> property(profile, "region")))
                .orElseGet(() -> Regions.home(roleArn));
        return new StsSettings(
                where,
                configured
                        .endpoint()
                        .map(url -> new ServiceEndpoint(SERVICE, url, "sts-endpoint"))
                        .or(() -> ServiceEndpoint.of(SERVICE, section, file, environment)),
                configured.fips().orElseGet(() -> environment.isTrue("AWS_USE_FIPS_ENDPOINT")),
                environment);
    }

    /**
     * A client for one call; to be closed. Two attempts at most: the next fetch is the real retry. Looks an endpoint of
     * {@code http} up, so it blocks.
     *
     * @throws FetchFailure when nothing signed may go to the endpoint
     */
    StsClient client(AwsCredentialsProvider credentials) throws FetchFailure {
        StsClientBuilder builder = StsClient.builder()
                .region(Region.of(region))
                .fipsEnabled(fips && endpoint.isEmpty())
                .credentialsProvider(credentials)
                .overrideConfiguration(override -> override.retryStrategy(retry -> retry.maxAttempts(2))
                        .defaultProfileFile(ServiceEndpoint.NO_PROFILES))
                .httpClient(AwsHttp.client(environment));
        if (endpoint.isPresent()) {
            builder.endpointOverride(endpoint.get().uri(SERVICE));
        }
        return builder.build();
    }

    @Override
    public String toString() {
        return SERVICE + " " + endpoint.map(ServiceEndpoint::toString).orElse("in " + region + (fips ? " (FIPS)" : ""));
    }
}
