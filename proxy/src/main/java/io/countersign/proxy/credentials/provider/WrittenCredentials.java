package io.countersign.proxy.credentials.provider;

import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.sigv4.AwsCredentials;
import java.util.Optional;

/** Credentials as a person or a program wrote them down: refused in words where they can't sign. */
final class WrittenCredentials {
    private WrittenCredentials() {}

    /**
     * Checks them.
     *
     * @param where said before what is wrong
     * @param remedy how to give the token that is missing
     */
    static AwsCredentials of(String id, String secret, Optional<String> token, String where, String remedy)
            throws FetchFailure {
        // "IAM identifiers" in the IAM User Guide: ASIA begins temporary credentials, which are nothing without their
        // token.
        if (id.startsWith("ASIA") && token.isEmpty()) {
            throw new FetchFailure(
                    where + ": the access key is a temporary one (ASIA...) and has no session token; " + remedy);
        }
        try {
            return new AwsCredentials(id, secret, token.orElse(null));
        } catch (IllegalArgumentException e) {
            // It names the character and its place, nothing else.
            throw new FetchFailure(where + ": " + e.getMessage());
        }
    }
}
