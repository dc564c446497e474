package io.countersign.proxy.failover;

/** Whether requests go to an upstream; the numbers are those of the metric. */
public enum Condition {
    /** They do. */
    CLOSED,

    /** One tries whether it is back; the others go elsewhere. */
    PROBING,

    /** It is left out. */
    OPEN
}
