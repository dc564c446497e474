package io.countersign.proxy.access;

/** What becomes of a caller that no list names, and no deny entry either. */
public enum UnlistedCallers {
    /** It is denied. */
    DENY,
    /** It may ask to be let in: what an extension says of it counts, and it is denied where none says anything. */
    ASK
}
