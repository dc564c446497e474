package io.countersign.sigv4;

import java.util.Objects;

/**
 * What all requests of a route share.
 *
 * <p>{@code signToken}: whether the session token is among what is signed; if not, it is still handed back, to be added
 * to the message after signing. {@code contentSha256Header}: whether {@code x-amz-content-sha256} is sent and signed.
 */
public record SigningContext(
        String region, String service, PathStyle pathStyle, boolean signToken, boolean contentSha256Header) {

    public SigningContext {
        requireScopePart("region", region);
        requireScopePart("service", service);
        Objects.requireNonNull(pathStyle, "pathStyle");
    }

    /** The common case: token signed, content hash sent, every service's path style but S3's. */
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
                throw new IllegalArgumentException(what + " '" + value + "' cannot stand in a credential scope: "
                        + "only visible ASCII characters without '/' and ','");
            }
        }
    }
}
