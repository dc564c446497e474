package io.countersign.proxy.credentials;

import java.util.Optional;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;

/** The role of the EC2 instance, from its metadata service. */
record InstanceKeys(Environment environment) implements KeyFetch {
    @Override
    public String kind() {
        return "instance";
    }

    @Override
    public Optional<String> absence() {
        return environment.isTrue("AWS_EC2_METADATA_DISABLED")
                ? Optional.of("AWS_EC2_METADATA_DISABLED is true")
                : Optional.empty();
    }

    @Override
    public Fetched fetch() throws FetchFailure {
        Optional<String> absence = absence();
        if (absence.isPresent()) {
            throw new FetchFailure("instance: " + absence.get());
        }
        String endpoint = endpoint();
        InstanceProfileCredentialsProvider.Builder builder = InstanceProfileCredentialsProvider.builder()
                .profileFile(ProfileFiles.of(environment)::read)
                .endpoint(endpoint);
        try {
            return SdkKeys.fetchOnce(builder.build(), "instance");
        } catch (RuntimeException e) {
            String hint = HopLimit.swallowsTokens(endpoint)
                    ? "it answers, but its tokens don't arrive: its hop limit is 1 and this is a container; set the"
                            + " instance's HttpPutResponseHopLimit to 2, or use the host's network ("
                    : "";
            throw new FetchFailure(
                    "instance metadata at " + endpoint + ": " + hint + Reason.of(e) + (hint.isEmpty() ? "" : ")"));
        }
    }

    private String endpoint() {
        boolean ipv6 = environment
                .get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")
                .filter("IPv6"::equalsIgnoreCase)
                .isPresent();
        String endpoint = environment
                .get("AWS_EC2_METADATA_SERVICE_ENDPOINT")
                .orElse(ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254");
        return endpoint.endsWith("/") ? endpoint.substring(0, endpoint.length() - 1) : endpoint;
    }
}
