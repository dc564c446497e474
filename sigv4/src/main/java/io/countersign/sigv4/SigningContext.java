package io.countersign.sigv4;

import java.util.Objects;

/**
 * What all requests to one service in one region, or in one set of regions, have in common.
 *
 * @param algorithm how the signature is computed
 * @param region of the credential scope, such as {@code us-east-1}; with {@link SignatureAlgorithm#V4A} the set of regions
 *     in which the signature is valid: names such as {@code us-east-1} or patterns such as {@code us-*} and {@code *},
 *     separated by commas
 * @param service of the credential scope, such as {@code execute-api}
 * @param pathStyle how the path becomes the canonical URI
 * @param signToken whether the session token is signed; if not, it is still returned, to be added to the message after
 *     signing
 * @param contentSha256Header whether {@code x-amz-content-sha256} is sent and signed
 */
public record SigningContext(
        SignatureAlgorithm algorithm,
        String region,
        String service,
        PathStyle pathStyle,
        boolean signToken,
        boolean contentSha256Header) {

    /**
     * Checks that region and service fit in a credential scope.
     *
     * @throws IllegalArgumentException if one is empty, or holds a slash, a comma or anything but visible ASCII characters;
     *     a comma separates the regions of a set
     */
    public SigningContext {
        Objects.requireNonNull(algorithm, "algorithm");
        Objects.requireNonNull(region, "region");
        if (algorithm == SignatureAlgorithm.V4A) {
            for (String each : region.split(",", -1)) {
                requireScopePart("region set '" + region + "': region", each);
            }
        } else {
            requireScopePart("region", region);
        }
        requireScopePart("service", service);
        Objects.requireNonNull(pathStyle, "pathStyle");
    }

    /**
     * For a signature that is valid in one region, as {@link SignatureAlgorithm#V4} makes it.
     *
     * @param region of the credential scope
     * @param service of the credential scope
     * @param pathStyle how the path becomes the canonical URI
     * @param signToken whether the session token is signed
     * @param contentSha256Header whether {@code x-amz-content-sha256} is sent and signed
     */
    public SigningContext(
            String region, String service, PathStyle pathStyle, boolean signToken, boolean contentSha256Header) {
        this(SignatureAlgorithm.V4, region, service, pathStyle, signToken, contentSha256Header);
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

    /** The value of {@code x-amz-region-set}; null with V4, which has the region in its scope. */
    String regionSet() {
        return algorithm == SignatureAlgorithm.V4A ? region : null;
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
