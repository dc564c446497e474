package io.countersign.proxy.credentials;

import io.countersign.sigv4.AwsCredentials;
import java.time.Instant;
import java.util.Optional;

/**
 * What one fetch brought.
 *
 * @param expiry empty for long-lived credentials
 * @param provider which provider it was in the end, as {@code profile reporting}
 * @param principal to whom they belong, where the provider has said so
 */
public record Fetched(AwsCredentials credentials, Optional<Instant> expiry, String provider, Principal principal) {

    /** From a provider that does not say to whom they belong. */
    public Fetched(AwsCredentials credentials, Optional<Instant> expiry, String provider) {
        this(credentials, expiry, provider, Principal.UNKNOWN);
    }

    /** The same, of whom it is known to whom they belong. */
    public Fetched of(Principal owner) {
        return new Fetched(credentials, expiry, provider, owner);
    }
}
