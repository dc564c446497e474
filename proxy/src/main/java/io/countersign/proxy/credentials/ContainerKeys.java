package io.countersign.proxy.credentials;

import java.util.Optional;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;

/** The endpoint of ECS tasks and of EKS Pod Identity (with its token file, read anew each time by the SDK). */
record ContainerKeys(Environment environment) implements KeyFetch {
    private static final String RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    private static final String FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

    @Override
    public String kind() {
        return "container";
    }

    @Override
    public Optional<String> absence() {
        boolean set = environment.get(RELATIVE).or(() -> environment.get(FULL)).isPresent();
        return set ? Optional.empty() : Optional.of("neither " + RELATIVE + " nor " + FULL + " is set");
    }

    @Override
    public Fetched fetch() throws FetchFailure {
        Optional<String> absence = absence();
        if (absence.isPresent()) {
            throw new FetchFailure("container: " + absence.get());
        }
        try {
            return SdkKeys.fetchOnce(ContainerCredentialsProvider.builder().build(), "container");
        } catch (RuntimeException e) {
            String where =
                    environment.get(RELATIVE).or(() -> environment.get(FULL)).orElse("");
            throw new FetchFailure("container endpoint " + where + ": " + Reason.of(e));
        }
    }
}
