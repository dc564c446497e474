package io.countersign.sigv4;

import java.util.Optional;

/**
 * What stands for the hash of a payload that S3 takes in chunks of its own framing, {@code aws-chunked}. The value is sent in
 * {@code x-amz-content-sha256}, and is the payload hash of the canonical request.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html">Signature Calculations for the
 *     Authorization Header: Transferring Payload in Multiple Chunks</a>
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html">Signature Calculations for the
 *     Authorization Header: Including Trailing Headers</a>
 */
public enum StreamingPayload {
    /** Each chunk is signed. */
    SIGNED("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", true, false),

    /** Each chunk is signed, and so are the trailers after the last one. */
    SIGNED_TRAILER("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", true, true),

    /** No chunk is signed; the trailers hold a checksum. For TLS alone. */
    UNSIGNED_TRAILER("STREAMING-UNSIGNED-PAYLOAD-TRAILER", false, true);

    private final String value;
    private final boolean signed;
    private final boolean trailer;

    StreamingPayload(String value, boolean signed, boolean trailer) {
        this.value = value;
        this.signed = signed;
        this.trailer = trailer;
    }

    /**
     * The form that a value means.
     *
     * @param value of {@code x-amz-content-sha256}, in upper case as it is sent
     * @return the form; empty for any other value
     */
    public static Optional<StreamingPayload> of(String value) {
        for (StreamingPayload form : values()) {
            if (form.value.equals(value)) {
                return Optional.of(form);
            }
        }
        return Optional.empty();
    }

    /**
     * What is sent in {@code x-amz-content-sha256}.
     *
     * @return the value, in upper case
     */
    public String value() {
        return value;
    }

    /**
     * Whether each chunk has a signature, which {@link ChunkSigner} makes.
     *
     * @return true for the two signed forms
     */
    public boolean isSigned() {
        return signed;
    }

    /**
     * Whether trailers follow the last chunk.
     *
     * @return true for the two forms with trailers
     */
    public boolean hasTrailer() {
        return trailer;
    }
}
