package io.countersign.proxy.rejection;

import java.time.Instant;
import java.util.Optional;

/**
 * What we signed, for comparing it with what AWS says. The canonical request holds the session token and query values, so
 * it never prints.
 *
 * @param host the {@code Host} that was sent
 * @param at the time in the signature
 * @param keysExpiry of the keys it was signed with; empty for long-lived ones
 */
public record Signed(
        String host, Instant at, String canonicalRequest, String stringToSign, Optional<Instant> keysExpiry) {
    @Override
    public String toString() {
        return "Signed[" + host + ", " + at + ", redacted]";
    }
}
