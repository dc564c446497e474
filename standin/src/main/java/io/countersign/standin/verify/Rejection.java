package io.countersign.standin.verify;

import java.util.Optional;

/** A no, with its reason; the parts are there where the signature itself was wrong. */
public record Rejection(RejectionType type, String message, String accessKey, Optional<SignatureParts> parts) {
    static Rejection of(RejectionType type, String message) {
        return new Rejection(type, message, "", Optional.empty());
    }

    /** The rejection as it reads when nothing particular is known of the request. */
    public static Rejection usual(RejectionType type) {
        return of(type, type.usualMessage());
    }
}
