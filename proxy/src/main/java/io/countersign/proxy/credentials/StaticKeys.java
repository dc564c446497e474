package io.countersign.proxy.credentials;

import io.countersign.sigv4.AwsKeys;
import java.util.Optional;

/** Keys that stand in the configuration. */
record StaticKeys(AwsKeys keys) implements KeyFetch {
    @Override
    public String kind() {
        return "static";
    }

    @Override
    public Fetched fetch() {
        return new Fetched(keys, Optional.empty(), "static");
    }
}
