package io.countersign.sigv4;

/**
 * The header fields to add to the message: {@code x-amz-date}, {@code x-amz-security-token},
 * {@code x-amz-content-sha256} and {@code authorization}.
 *
 * <p>{@code securityToken} is null when the key has none, {@code contentSha256} unless the context asks for it.
 */
public record SignedHeaders(String amzDate, String securityToken, String contentSha256, String authorization) {
    @Override
    public String toString() {
        // The token is a secret, and for some minutes the signature is as good as one.
        return "SignedHeaders[" + amzDate + (securityToken == null ? "]" : ", with session token]");
    }
}
