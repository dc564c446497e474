package io.countersign.proxy.limit;

/** What a claim came to. It is decided once, under the budget's lock; nobody asks a second time. */
public enum Claimed {
    /** The amount is ours, and the callback is never called. */
    GRANTED,
    /** The callback runs once the amount is ours, unless the claim is released before. */
    WAITING,
    /** Too many wait already; nothing is held that was not held before, and the callback is never called. */
    REFUSED
}
