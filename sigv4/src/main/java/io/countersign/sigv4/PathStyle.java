package io.countersign.sigv4;

/**
 * How a service turns the path on the wire into the canonical URI.
 *
 * @param normalize whether empty and dot segments are removed (RFC 3986 section 5.2.4, and {@code //} to {@code /}); that
 *     changes the text of the canonical request only, never the path that is sent
 * @param doubleEncode whether each segment as sent is percent-encoded once more, so that {@code %20} becomes
 *     {@code %2520}
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">Create a
 *     signed AWS API request: canonical URI</a>
 */
public record PathStyle(boolean normalize, boolean doubleEncode) {
    /** Every service but S3. */
    public static final PathStyle AWS = new PathStyle(true, true);

    /** S3: object keys may hold {@code //} and {@code ..}, so the path is signed as it was sent. */
    public static final PathStyle S3 = new PathStyle(false, false);
}
