package io.countersign.proxy.credentials;

import io.countersign.sigv4.AwsKeys;
import java.time.Instant;
import java.util.Optional;

/**
 * What one fetch brought.
 *
 * @param expiry empty for long-lived keys
 * @param source which source it was in the end, as {@code profile reporting}
 */
record Fetched(AwsKeys keys, Optional<Instant> expiry, String source) {}
