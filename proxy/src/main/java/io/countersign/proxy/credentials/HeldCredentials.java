package io.countersign.proxy.credentials;

import java.time.Instant;

/**
 * Credentials at hand.
 *
 * @param until they may be used
 * @param provider which one they came from
 */
record HeldCredentials(Credentials.Usable usable, Instant until, String provider) {
    HeldCredentials atLatest(Instant other) {
        return until.isBefore(other) ? this : new HeldCredentials(usable, other, provider);
    }

    boolean holdsAt(Instant now) {
        return now.isBefore(until);
    }
}
