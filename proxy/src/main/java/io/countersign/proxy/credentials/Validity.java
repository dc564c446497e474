package io.countersign.proxy.credentials;

import io.countersign.sigv4.AwsCredentials;
import java.time.Instant;
import java.util.Optional;

/** How long credentials are good, in words. */
final class Validity {
    private Validity() {}

    /** @param expiry empty when the provider names none, which does not make credentials with a token last */
    static String of(AwsCredentials credentials, Optional<Instant> expiry) {
        return expiry.map(until -> "good until " + until)
                .orElse(credentials.sessionToken() == null ? "long-lived" : "temporary, expiry unknown");
    }
}
