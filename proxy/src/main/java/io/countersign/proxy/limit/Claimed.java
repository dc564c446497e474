package io.countersign.proxy.limit;

/** The outcome of a claim, decided once, under the lock of the budget. */
public enum Claimed {
    /** The amount is ours, and the callback is never called. */
    GRANTED,
    /** The callback runs once the amount is ours, unless the claim is released before. */
    WAITING,
    /** Too many wait already; nothing is held that was not held before, and the callback is never called. */
    REFUSED
}
