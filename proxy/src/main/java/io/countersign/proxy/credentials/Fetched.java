package io.countersign.proxy.credentials;

import io.countersign.sigv4.AwsCredentials;
import java.time.Instant;
import java.util.Optional;

/**
 * What one fetch brought.
 *
 * @param expiry empty for long-lived credentials
 * @param provider which provider it was in the end, as {@code profile reporting}
 */
public record Fetched(AwsCredentials credentials, Optional<Instant> expiry, String provider) {}
