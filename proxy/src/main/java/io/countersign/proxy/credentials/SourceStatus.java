package io.countersign.proxy.credentials;

import java.time.Instant;
import java.util.Optional;

/**
 * One source at a moment, for metrics and the admin port.
 *
 * @param kind what is configured: {@code default}, {@code environment}, {@code profile}, {@code static},
 *     {@code web-identity}, {@code container}, {@code instance}, {@code assume-role}
 * @param source which source the keys at hand came from; the kind until there are any
 * @param usable whether there are keys to sign with now
 * @param expiry of the keys at hand, also when it has passed; empty with long-lived keys and with none
 * @param refreshes fetches that brought keys
 * @param failures fetches that did not
 * @param lastError of the last fetch if it failed
 */
public record SourceStatus(
        String name,
        String kind,
        String source,
        boolean usable,
        Optional<Instant> expiry,
        long refreshes,
        long failures,
        Optional<Instant> lastSuccess,
        Optional<String> lastError) {}
