package io.countersign.proxy.policy;

/**
 * Which statement it is, for logs and denials.
 *
 * @param file as the operator named it
 * @param line where the statement begins
 * @param sid its {@code Sid}; empty when it has none
 */
public record StatementName(String file, int line, String sid) {
    /** {@code policy.json:12}. */
    public String where() {
        return file + ":" + line;
    }

    @Override
    public String toString() {
        return sid.isEmpty() ? where() : where() + " (Sid \"" + sid + "\")";
    }
}
