package io.countersign.proxy.admission;

/** What becomes of a request. */
public sealed interface Decision permits Admitted, Refused, Preflight {
    /** What was found out on the way to it. */
    Findings findings();

    /** What was set aside for the request: whoever has the decision ends it, once or more often. */
    default Lease lease() {
        return Lease.NONE;
    }
}
