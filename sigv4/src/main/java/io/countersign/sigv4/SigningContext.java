package io.countersign.sigv4;

import java.util.Objects;

/**
 * What all requests to one service in one region have in common.
 *
 * @param region of the credential scope, such as {@code us-east-1}
 * @param service of the credential scope, such as {@code execute-api}
 * @param pathStyle how the path becomes the canonical URI
 * @param signToken whether the session token is signed; if not, it is still returned, to be added to the message after
 *     signing
 * @param contentSha256Header whether {@code x-amz-content-sha256} is sent and signed
 */
public record SigningContext(
        String region, String service, PathStyle pathStyle, boolean signToken, boolean contentSha256Header) {

    /**
     * Checks that region and service fit in a credential scope.
     *
     * @throws IllegalArgumentException if one is empty, or holds a slash, a comma or anything but visible ASCII characters
     */
    public SigningContext {
        requireScopePart("region", region);
        requireScopePart("service", service);
        Objects.requireNonNull(pathStyle, "pathStyle");
    }

    /**
     * The common case: the token is signed, the content hash is sent, and the path is that of every service but S3.
     *
     * @param region of the credential scope
     * @param service of the credential scope
     * @return the context
     */
    public static SigningContext of(String region, String service) {
        return new SigningContext(region, service, PathStyle.AWS, true, true);
    }

    private static void requireScopePart(String what, String value) {
        Objects.requireNonNull(value, what);
        if (value.isEmpty()) {
            throw new IllegalArgumentException(what + " is empty");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            // The scope is cut at '/' and the Authorization field at ',' by whoever reads them.
            if (c <= ' ' || c >= 0x7F || c == '/' || c == ',') {
                throw new IllegalArgumentException(what + " '" + value + "' does not fit in a credential scope: "
                        + "use visible ASCII characters except '/' and ','");
            }
        }
    }
}
