package io.countersign.proxy.exchange;

/** How far an exchange has come; it only ever goes on to the next. */
enum Stage {
    /** The client may still get an upstream's response. */
    RUNNING,
    /** A response of our own is on its way. */
    ANSWERED,
    FINISHED
}
