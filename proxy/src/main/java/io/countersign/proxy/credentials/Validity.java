package io.countersign.proxy.credentials;

import io.countersign.sigv4.AwsKeys;
import java.time.Instant;
import java.util.Optional;

/** How long keys are good, in words. */
final class Validity {
    private Validity() {}

    /** @param expiry empty when the source names none, which does not make keys with a token last */
    static String of(AwsKeys keys, Optional<Instant> expiry) {
        return expiry.map(until -> "good until " + until)
                .orElse(keys.sessionToken() == null ? "long-lived" : "temporary, expiry unknown");
    }
}
