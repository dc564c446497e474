package io.countersign.proxy.credentials;

import io.countersign.sigv4.AwsKeys;
import java.time.Instant;
import java.util.Optional;

/** What a source has to sign with at a moment. */
public sealed interface Credentials {

    /** @param expiry empty for long-lived keys */
    record Usable(AwsKeys keys, Optional<Instant> expiry) implements Credentials {}

    /** @param reason which source was tried and what it said, fit for a log line; never a secret */
    record Missing(String reason) implements Credentials {}
}
