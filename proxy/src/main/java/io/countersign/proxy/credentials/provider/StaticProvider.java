package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.credentials.CredentialsProvider;
import io.countersign.proxy.credentials.Fetched;
import io.countersign.sigv4.AwsCredentials;
import java.util.Optional;

/** Credentials that stand in a configuration: ours, or a profile. */
record StaticProvider(AwsCredentials credentials, String provider) implements CredentialsProvider {
    StaticProvider(AwsCredentials credentials) {
        this(credentials, "static");
    }

    @Override
    public String kind() {
        return "static";
    }

    @Override
    public Fetched fetch() {
        return new Fetched(credentials, Optional.empty(), provider);
    }
}
