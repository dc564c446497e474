package io.countersign.proxy.access;

/** What comes of a denial by address rules or policies. */
public enum AccessMode {
    /** The caller is denied. */
    ENFORCE,
    /** Nobody is denied: what would be is logged and counted. */
    AUDIT
}
