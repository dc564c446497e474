package io.countersign.sigv4;

import java.util.List;
import java.util.Objects;

/**
 * One request as it will be sent. {@link #toString} leaves out the values of query and headers, which may be secret.
 *
 * @param method as sent
 * @param path as sent, beginning with {@code /}
 * @param query as sent, without the {@code ?}; null or empty when there is none
 * @param headers those to sign besides the ones that the signer adds; {@code host} must be among them, and a field that
 *     the signer adds replaces one of the same name
 * @param payloadHash SHA-256 of the body in 64 lower-case hex digits, or {@link #UNSIGNED_PAYLOAD}, or the value of a
 *     {@link StreamingPayload}
 */
public record SigningRequest(String method, String path, String query, List<Header> headers, String payloadHash) {
    /** In place of the hash of a body that is not signed, for services that accept that over TLS. */
    public static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

    private static final int HASH_LENGTH = 64;

    /**
     * Checks what can be checked without the body.
     *
     * @throws IllegalArgumentException if the method is not a token, the path does not begin with a slash, or the payload
     *     hash has another form
     */
    public SigningRequest {
        requireMethod(method);
        if (path.isEmpty() || path.charAt(0) != '/') {
            throw new IllegalArgumentException("path '" + path + "' does not begin with '/'");
        }
        headers = List.copyOf(headers);
        requireHash(payloadHash);
    }

    private static void requireMethod(String method) {
        Objects.requireNonNull(method, "method");
        if (method.isEmpty()) {
            throw new IllegalArgumentException("method is empty");
        }
        for (int i = 0; i < method.length(); i++) {
            if (!CanonicalHeaders.isToken(method.charAt(i))) {
                throw new IllegalArgumentException("method '" + method + "' is not a token (RFC 9110 section 9.1)");
            }
        }
    }

    private static void requireHash(String hash) {
        if (hash.equals(UNSIGNED_PAYLOAD) || StreamingPayload.of(hash).isPresent()) {
            return;
        }
        boolean good = hash.length() == HASH_LENGTH;
        for (int i = 0; good && i < HASH_LENGTH; i++) {
            char c = hash.charAt(i);
            good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        }
        if (!good) {
            throw new IllegalArgumentException("payload hash '" + hash + "' is neither 64 lower-case hex digits nor "
                    + UNSIGNED_PAYLOAD + " nor that of a payload in chunks");
        }
    }

    @Override
    public String toString() {
        // Values of query and headers may be secrets.
        return method + " " + path + (query == null || query.isEmpty() ? "" : "?...") + " " + headers;
    }
}
