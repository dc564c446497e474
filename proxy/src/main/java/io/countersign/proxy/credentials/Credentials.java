package io.countersign.proxy.credentials;

import io.countersign.sigv4.AwsCredentials;
import java.time.Instant;
import java.util.Optional;

/** What there is to sign with at a moment. */
public sealed interface Credentials {

    /** @param expiry empty for long-lived credentials */
    record Usable(AwsCredentials value, Optional<Instant> expiry) implements Credentials {}

    /** @param reason which provider was tried and what it said, fit for a log line; never a secret */
    record Missing(String reason) implements Credentials {}
}
