package io.countersign.gateway.quota;

/** How many requests one tenant may still send. Safe from any thread; never blocks. */
public interface RequestQuota {
    /** Takes what one request needs, or nothing. */
    Permit take();
}
