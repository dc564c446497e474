package io.countersign.proxy.policy;

import io.countersign.proxy.policy.json.Position;

/**
 * One thing wrong with a policy.
 *
 * @param file as the operator named it
 * @param what what is wrong and what would be right, in one sentence
 */
public record PolicyFault(String file, Position at, String what) {
    /** {@code policy.json:3:17}. */
    public String where() {
        return file + ":" + at;
    }

    @Override
    public String toString() {
        return where() + ": " + what;
    }
}
