package io.countersign.gateway.approval;

/** How a caller stands with what it asks for. */
sealed interface Standing {
    /** It may go on. */
    record Approved(Subscription by) implements Standing {}

    /** It was refused, which counts for a while. */
    record Refused(Subscription by) implements Standing {}

    /**
     * It waits for a decision.
     *
     * @param count how often it has asked
     */
    record Waits(long number, long count) implements Standing {}

    /** It has not asked yet: only of requests that nobody sends. */
    record NotAsked() implements Standing {}

    /** Too many wait, so that it is not on the list. */
    record NoRoom() implements Standing {}
}
