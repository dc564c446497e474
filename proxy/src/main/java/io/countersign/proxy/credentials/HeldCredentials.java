package io.countersign.proxy.credentials;

import java.time.Instant;

/**
 * Credentials at hand.
 *
 * @param until they may be used
 * @param provider which one they came from
 * @param principal to whom they belong, as far as the provider has said
 */
record HeldCredentials(Credentials.Usable usable, Instant until, String provider, Principal principal) {
    static HeldCredentials of(Fetched fetched, Instant until) {
        Credentials.Usable usable = new Credentials.Usable(fetched.credentials(), fetched.expiry());
        return new HeldCredentials(usable, until, fetched.provider(), fetched.principal());
    }

    HeldCredentials atLatest(Instant other) {
        return until.isBefore(other) ? this : new HeldCredentials(usable, other, provider, principal);
    }

    boolean holdsAt(Instant now) {
        return now.isBefore(until);
    }
}
