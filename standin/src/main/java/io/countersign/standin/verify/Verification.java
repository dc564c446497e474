package io.countersign.standin.verify;

/** The outcome of looking at a signature. */
public sealed interface Verification {
    record Verified(String accessKey, SignatureParts parts) implements Verification {}

    record Refused(Rejection rejection) implements Verification {}
}
