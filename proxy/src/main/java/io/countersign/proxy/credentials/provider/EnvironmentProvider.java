package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsProvider;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.credentials.Fetched;
import io.countersign.proxy.credentials.Principal;
import java.util.List;
import java.util.Optional;

/** {@code AWS_ACCESS_KEY_ID}, {@code AWS_SECRET_ACCESS_KEY} and, for temporary credentials, {@code AWS_SESSION_TOKEN}. */
record EnvironmentProvider(Environment environment) implements CredentialsProvider {
    private static final String ID = "AWS_ACCESS_KEY_ID";
    private static final String SECRET = "AWS_SECRET_ACCESS_KEY";
    private static final String TOKEN = "AWS_SESSION_TOKEN";

    @Override
    public String kind() {
        return "environment";
    }

    /** Half a key is set up, and fails. */
    @Override
    public Optional<String> absence() {
        return set().isPresent() ? Optional.empty() : Optional.of(ID + " is not set");
    }

    private Optional<String> set() {
        return List.of(ID, SECRET, TOKEN).stream()
                .filter(variable -> environment.get(variable).isPresent())
                .findFirst();
    }

    @Override
    public Fetched fetch() throws FetchFailure {
        String id = required(ID);
        String secret = required(SECRET);
        return new Fetched(
                WrittenCredentials.of(id, secret, environment.get(TOKEN), "environment", "set " + TOKEN),
                Optional.empty(),
                "environment",
                Principal.ofAccount(environment.get("AWS_ACCOUNT_ID").orElse("")));
    }

    private String required(String variable) throws FetchFailure {
        return environment
                .get(variable)
                .orElseThrow(() -> new FetchFailure("environment: "
                        + set().map(other -> other + " is set, but " + variable + " is not")
                                .orElse(variable + " is not set")));
    }
}
