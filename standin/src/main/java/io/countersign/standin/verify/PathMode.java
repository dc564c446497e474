package io.countersign.standin.verify;

/** How the path enters the canonical request. */
public enum PathMode {
    /** Dot segments and repeated slashes removed, then each segment encoded once more: every service but S3. */
    EXECUTE_API,
    /** As it stands on the wire. */
    S3
}
