package io.countersign.proxy.policy;

import io.countersign.proxy.policy.json.Position;

/** What is worth knowing of a policy that can be used. */
public record Remark(Kind kind, String file, Position at, String what) {
    /** How it is meant. */
    public enum Kind {
        /** Something can't mean what it says. */
        WARNING,
        /** Something means more, or less, than one might think. */
        NOTE
    }

    @Override
    public String toString() {
        return file + ":" + at + ": " + (kind == Kind.WARNING ? "warning: " : "note: ") + what;
    }
}
