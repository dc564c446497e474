package io.countersign.proxy.access;

/**
 * The rule that decided.
 *
 * @param source file and line ({@code conf/deny.list:3}), setting ({@code access.deny[0]}), or the default that applied
 * @param text the rule as written, or what the default says
 */
public record Rule(String source, String text) {
    /** The source of what applies where no entry decides. */
    public static final String DEFAULT = "default";

    @Override
    public String toString() {
        return source + " (" + text + ")";
    }
}
