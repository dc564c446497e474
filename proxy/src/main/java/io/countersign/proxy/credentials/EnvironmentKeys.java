package io.countersign.proxy.credentials;

import io.countersign.sigv4.AwsKeys;
import java.util.Optional;

/** {@code AWS_ACCESS_KEY_ID}, {@code AWS_SECRET_ACCESS_KEY} and, for temporary keys, {@code AWS_SESSION_TOKEN}. */
record EnvironmentKeys(Environment environment) implements KeyFetch {
    @Override
    public String kind() {
        return "environment";
    }

    @Override
    public Optional<String> absence() {
        return environment.get("AWS_ACCESS_KEY_ID").isPresent()
                ? Optional.empty()
                : Optional.of("AWS_ACCESS_KEY_ID is not set");
    }

    @Override
    public Fetched fetch() throws FetchFailure {
        String id = environment
                .get("AWS_ACCESS_KEY_ID")
                .orElseThrow(() -> new FetchFailure("environment: AWS_ACCESS_KEY_ID is not set"));
        String secret = environment
                .get("AWS_SECRET_ACCESS_KEY")
                .orElseThrow(() ->
                        new FetchFailure("environment: AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not"));
        String token = environment.get("AWS_SESSION_TOKEN").orElse(null);
        return new Fetched(new AwsKeys(id, secret, token), Optional.empty(), "environment");
    }
}
