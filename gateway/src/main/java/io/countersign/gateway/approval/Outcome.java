package io.countersign.gateway.approval;

/** What has become of an {@link Order}. */
public sealed interface Outcome {
    /** It acts from now on. */
    record Decided(Subscription subscription) implements Outcome {}

    /** Somebody else has to approve as well. */
    record NeedsAnother(Pending pending) implements Outcome {}

    /** The request does not exist, or no longer exists. */
    record Unknown(long number) implements Outcome {}

    /** It cannot be carried out as it is. */
    record Invalid(String why) implements Outcome {}
}
