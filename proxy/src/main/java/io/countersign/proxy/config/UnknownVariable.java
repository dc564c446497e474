package io.countersign.proxy.config;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * A variable that begins as one of ours and names no setting.
 *
 * @param where the variable
 * @param hint what was probably meant, or how a name is written
 * @param guarded whether it may have been meant to keep callers out
 */
record UnknownVariable(String where, String hint, boolean guarded) {
    static UnknownVariable of(String where, VariableName name, KeyTree known) {
        Optional<VariableName> nearest = name.nearest();
        boolean guarded = Stream.concat(
                        Stream.of(name.literally(), name.words()),
                        nearest.stream().map(VariableName::literally))
                .anyMatch(path -> GuardedKeys.contain(path, known));
        String hint = nearest.map(near -> "did you mean " + near + "?")
                .orElse("write COUNTERSIGN_ and the setting's path, with _ for each dot and dash, and in a name of your"
                        + " own __ for - and ___ for _");
        return new UnknownVariable(where, hint, guarded);
    }
}
