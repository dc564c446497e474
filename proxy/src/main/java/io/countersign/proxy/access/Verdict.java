package io.countersign.proxy.access;

/** What the rules say of a caller, and which of them said it. */
public sealed interface Verdict {
    Rule by();

    /** The caller may go on. */
    record Allowed(Rule by) implements Verdict {}

    /** The caller is turned away. */
    record Denied(Rule by) implements Verdict {}
}
