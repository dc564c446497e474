package io.countersign.proxy.aws;

/** What a signature says of the body. */
public enum PayloadMode {
    /** Its SHA-256: the body is collected and hashed before the head goes out. */
    SIGNED,
    /**
     * {@code UNSIGNED-PAYLOAD}: the body streams, and TLS alone protects it. For the few services that take it, from the page
     * "Create a signed AWS API request" of the IAM User Guide.
     */
    UNSIGNED
}
