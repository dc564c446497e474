package io.countersign.proxy.credentials;

import io.countersign.sigv4.AwsKeys;
import java.util.Optional;

/** Keys that stand in a configuration: ours, or a profile. */
record StaticKeys(AwsKeys keys, String source) implements KeyFetch {
    StaticKeys(AwsKeys keys) {
        this(keys, "static");
    }

    @Override
    public String kind() {
        return "static";
    }

    @Override
    public Fetched fetch() {
        return new Fetched(keys, Optional.empty(), source);
    }
}
