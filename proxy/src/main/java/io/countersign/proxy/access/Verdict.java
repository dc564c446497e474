package io.countersign.proxy.access;

/** What the rules say of a caller, and which of them said it. */
public sealed interface Verdict {
    Rule by();

    /** What both say together: the stricter of them, and of two that are equally strict this one. */
    default Verdict and(Verdict other) {
        return other.strictness() > strictness() ? other : this;
    }

    private int strictness() {
        // Who is denied by an entry reads so, also where another kind of rule only misses the caller.
        int byEntry = by().isDefault() ? 0 : 1;
        return this instanceof Allowed ? 0 : this instanceof WouldDeny ? 1 + byEntry : 3 + byEntry;
    }

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
