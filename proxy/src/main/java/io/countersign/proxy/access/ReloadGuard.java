package io.countersign.proxy.access;

/** What becomes of new lists that would shut out callers who have called lately. */
public enum ReloadGuard {
    /** They are taken, and nobody remembers who has called. */
    OFF,
    /** They are taken, with a warning. */
    WARN,
    /** They are not taken, but for their deny entries. */
    REFUSE
}
