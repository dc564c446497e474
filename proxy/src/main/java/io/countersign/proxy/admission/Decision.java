package io.countersign.proxy.admission;

/** What becomes of a request. */
public sealed interface Decision permits Admitted, Refused, Preflight {
    /** What was found out on the way to it. */
    Findings findings();
}
