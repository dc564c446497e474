package io.countersign.proxy.access;

/** What comes of a denial by rules of any kind. */
public enum AccessMode {
    /** The caller is denied. */
    ENFORCE,
    /** Nobody is denied: what would be is logged and counted. */
    AUDIT;

    /** The verdict on a caller that {@code by} denies. */
    Verdict denial(Rule by) {
        return this == AUDIT ? new Verdict.WouldDeny(by) : new Verdict.Denied(by);
    }
}
