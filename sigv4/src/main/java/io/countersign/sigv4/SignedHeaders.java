package io.countersign.sigv4;

/**
 * The header fields to add to the message.
 *
 * @param amzDate value of {@code x-amz-date}, such as {@code 20150830T123600Z}
 * @param securityToken value of {@code x-amz-security-token}; null when the credentials have none
 * @param contentSha256 value of {@code x-amz-content-sha256}; null unless the context asks for it
 * @param regionSet value of {@code x-amz-region-set}; null unless the algorithm is V4A
 * @param authorization value of {@code authorization}
 */
public record SignedHeaders(
        String amzDate, String securityToken, String contentSha256, String regionSet, String authorization) {
    /**
     * The signature alone, which the first chunk of a {@link StreamingPayload} is signed over.
     *
     * @return 64 lower-case hex digits
     */
    public String signature() {
        return authorization.substring(authorization.length() - 2 * Sha256.LENGTH);
    }

    @Override
    public String toString() {
        // The token is a secret, and for some minutes the signature is as good as one.
        return "SignedHeaders[" + amzDate + (securityToken == null ? "]" : ", with session token]");
    }
}
