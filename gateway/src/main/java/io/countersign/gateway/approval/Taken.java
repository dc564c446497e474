package io.countersign.gateway.approval;

/** What has become of something that another replica says. */
public enum Taken {
    /** It is known here now, or was before. */
    KNOWN,
    /** What is known here counts more: the others are to hear of it. */
    OURS,
    /** There was no room for it here, where the list has yet to hear of those who are no longer on it. */
    LEFT_OUT,
    /** It is not as a replica writes it, and changes nothing. */
    UNUSABLE
}
