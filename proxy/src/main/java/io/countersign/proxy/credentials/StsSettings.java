package io.countersign.proxy.credentials;

import io.countersign.proxy.config.CredentialsConfig.Sts;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;

/**
 * Which STS is called, and how. Always a regional endpoint: the global one is in one region alone, and its tokens are not
 * good in regions that must be opted into.
 *
 * @param endpoint URL instead of the region's own
 */
record StsSettings(String region, Optional<String> endpoint, boolean fips, Environment environment) {
    /** The region that is configured, else the environment's, else the home region of the role's partition. */
    static StsSettings of(Sts told, String roleArn, Environment environment) {
        String where = told.region()
                .or(() -> environment.get("AWS_REGION"))
                .or(() -> environment.get("AWS_DEFAULT_REGION"))
                .orElseGet(() -> homeRegion(roleArn));
        return new StsSettings(
                where,
                told.endpoint().or(() -> environment.get("AWS_ENDPOINT_URL_STS")),
                told.fips().orElseGet(() -> environment.isTrue("AWS_USE_FIPS_ENDPOINT")),
                environment);
    }

    private static String homeRegion(String roleArn) {
        if (roleArn.startsWith("arn:aws-cn:")) {
            return "cn-north-1";
        }
        return roleArn.startsWith("arn:aws-us-gov:") ? "us-gov-west-1" : "us-east-1";
    }

    /**
     * A client for one call; to be closed. Two attempts at most: the next fetch is the real retry. Looks an endpoint of
     * {@code http} up, so it blocks.
     *
     * @throws IllegalArgumentException when nothing signed may go to the endpoint
     */
    StsClient client(AwsCredentialsProvider credentials) {
        StsClientBuilder builder = StsClient.builder()
                .region(Region.of(region))
                .fipsEnabled(fips && endpoint.isEmpty())
                .credentialsProvider(credentials)
                .overrideConfiguration(override -> override.retryStrategy(retry -> retry.maxAttempts(2)))
                .httpClientBuilder(EgressProxy.client(environment));
        endpoint.ifPresent(url -> builder.endpointOverride(StsEndpoint.checked(url)));
        return builder.build();
    }

    @Override
    public String toString() {
        // A URL that is refused for the password in it is still named in the refusal.
        return "STS "
                + endpoint.map(url -> url.replaceFirst("//[^/]*@", "//"))
                        .orElse("in " + region + (fips ? " (FIPS)" : ""));
    }
}
