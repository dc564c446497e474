package io.countersign.proxy.config;

import com.typesafe.config.ConfigValue;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of a key that nothing reads: a fault, or a warning, so that an older image starts under a newer file. Where a
 * key that is passed over could let callers in, it is a fault in either case.
 */
public enum UnknownKeys implements Section.Leftovers {
    ERROR,
    WARN;

    @Override
    public void found(Section section, String key, ConfigValue value, Set<String> known) {
        String where = section.where(key);
        String what = "unknown setting" + hint(section, key, value, known);
        if (this == ERROR || isGuarded(section, key, known)) {
            section.fault(key, what);
        } else {
            section.faults().warn(where, what + " (ignored, since unknown-keys is warn)");
        }
    }

    /** The same for a variable of the environment. */
    void found(UnknownVariable variable, Faults faults) {
        String what = "unknown setting; " + variable.hint();
        if (this == ERROR || variable.guarded()) {
            faults.add(variable.where(), what);
        } else {
            faults.warn(variable.where(), what + " (ignored, since unknown-keys is warn)");
        }
    }

    private static boolean isGuarded(Section section, String key, Set<String> known) {
        return GuardedKeys.contain(section::within, section.path(), key, known);
    }

    private static String hint(Section section, String key, ConfigValue value, Set<String> known) {
        Optional<String> meant = NearestKey.of(key, known);
        boolean variable = Origins.source(Origins.of(value)).startsWith(Origins.ENVIRONMENT);
        if (variable && meant.isPresent()) {
            return "; did you mean " + VariableName.ofPath(section.path(meant.get())) + "?";
        }
        return meant.map(m -> "; did you mean \"" + m + "\"?").orElseGet(() -> NearestKey.hint(key, known));
    }
}
