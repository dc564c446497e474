package io.countersign.proxy.access;

import java.util.Optional;

/** The rule that decided. */
public sealed class Rule permits ListedRule {
    /** The source of what applies where no entry decides. */
    public static final String DEFAULT = "default";

    private final String source;
    private final String text;

    /**
     * Makes a rule without a comment.
     *
     * @param source file and line ({@code conf/deny.list:3}), setting ({@code access.deny[0]}), or the default that applied
     * @param text the rule as written, or what the default says
     */
    public Rule(String source, String text) {
        this.source = source;
        this.text = text;
    }

    /** File and line, setting, or {@link #DEFAULT}. */
    public String source() {
        return source;
    }

    /** The rule as it acts, or what the default says. */
    public String text() {
        return text;
    }

    /**
     * The operator's comment on the rule's line: for the operator's eyes, never for the caller's. It may be read from the
     * list's file at the first call.
     */
    public Optional<String> comment() {
        return Optional.empty();
    }

    /** Whether no entry decided. */
    public boolean isDefault() {
        return source.equals(DEFAULT);
    }

    @Override
    public String toString() {
        return source() + " (" + text() + ")";
    }
}
