package io.countersign.sigv4;

/**
 * How the string to sign becomes a signature.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html">AWS Signature Version 4 for API
 *     requests</a>
 */
public enum SignatureAlgorithm {
    /** HMAC-SHA256 under a key that is derived for one day, region and service. */
    V4("AWS4-HMAC-SHA256"),

    /**
     * ECDSA over P-256 under a key pair that is derived from the access key alone, so that one signature is valid in all
     * regions of a set. Two signatures of the same request differ.
     */
    V4A("AWS4-ECDSA-P256-SHA256");

    private final String text;

    SignatureAlgorithm(String text) {
        this.text = text;
    }

    /**
     * The name that is sent.
     *
     * @return as in the {@code Authorization} field, {@code X-Amz-Algorithm} and the string to sign
     */
    public String text() {
        return text;
    }
}
