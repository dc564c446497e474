package io.countersign.sigv4;

/** How the canonical request writes the path. */
public record PathStyle(boolean normalize, boolean doubleEncode) {
    /** Every service but S3. */
    public static final PathStyle AWS = new PathStyle(true, true);
    /** S3: as it came, encoded once. */
    public static final PathStyle S3 = new PathStyle(false, false);
}
