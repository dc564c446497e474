package io.countersign.proxy.credentials;

import java.util.Optional;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;

/** The role of the EC2 instance, from its metadata service. */
record InstanceKeys(Environment environment, ProfileFiles files) implements KeyFetch {
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
        InstanceProfileCredentialsProvider.Builder builder =
                InstanceProfileCredentialsProvider.builder().profileFile(files::read);
        environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT").ifPresent(builder::endpoint);
        try {
            return SdkKeys.fetchOnce(builder.build(), "instance");
        } catch (RuntimeException e) {
            throw new FetchFailure("instance metadata: " + Reason.of(e));
        }
    }
}
