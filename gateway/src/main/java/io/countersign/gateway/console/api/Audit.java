package io.countersign.gateway.console.api;

/** Takes down what was changed through the console. Must not block for long. */
@FunctionalInterface
public interface Audit {
    /**
     * One thing that was done.
     *
     * @param actor the name of the token that it was done with
     * @param action a word, such as {@code reload}
     * @param subject what it was done to
     * @param detail empty for nothing
     */
    void done(String actor, String action, String subject, String detail);
}
