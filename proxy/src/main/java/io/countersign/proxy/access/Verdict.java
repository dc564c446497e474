package io.countersign.proxy.access;

/** What the rules say of a caller, and which of them said it. */
public sealed interface Verdict {
    Rule by();

    /** The caller may go on. */
    record Allowed(Rule by) implements Verdict {}

    /** The caller may go on, and would be turned away if the rules were enforced. */
    record WouldDeny(Rule by) implements Verdict {}

    /** The caller is turned away. */
    record Denied(Rule by) implements Verdict {
        /** Whether no entry names the caller: it is only missing on the allow list. */
        public boolean isUnlisted() {
            return by.isDefault();
        }
    }
}
