package io.countersign.proxy.credentials;

import java.time.Instant;
import java.util.Optional;

/**
 * The state of one named set of credentials at a moment, for metrics and the admin port.
 *
 * @param kind what is configured: {@code default}, {@code environment}, {@code profile}, {@code static},
 *     {@code web-identity}, {@code container}, {@code instance}, {@code assume-role}
 * @param provider which provider the credentials at hand came from; the kind until there are any
 * @param usable whether there are credentials to sign with now
 * @param expiry of the credentials at hand, also when it has passed; empty with long-lived credentials and with none
 * @param principal to whom the credentials at hand belong, as far as that is known
 */
public record CredentialsStatus(
        String name,
        String kind,
        String provider,
        boolean usable,
        Optional<Instant> expiry,
        Fetches fetches,
        Principal principal) {

    CredentialsStatus of(Principal owner) {
        return new CredentialsStatus(name, kind, provider, usable, expiry, fetches, owner);
    }

    /**
     * How fetching them has gone since start.
     *
     * @param refreshes fetches that brought credentials
     * @param failures fetches that did not
     * @param lastError of the last fetch if it failed
     */
    public record Fetches(long refreshes, long failures, Optional<Instant> lastSuccess, Optional<String> lastError) {}
}
