package io.countersign.proxy.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.Optional;
import java.util.Set;

/** What becomes of a key that nothing reads: a fault, or a warning for who runs an older image under a newer file. */
public enum UnknownKeys {
    ERROR,
    WARN;

    void found(Section section, String key, ConfigValue value, Set<String> known) {
        String where = section.where(key);
        String what = "is no known setting" + hint(section, key, value, known);
        // A rule that is passed over lets callers in, and so does a whole misspelt section of them.
        boolean access = section.within("access")
                || (section.within("")
                        && NearestKey.of(key, known).filter("access"::equals).isPresent());
        if (this == ERROR || access) {
            section.fault(key, what);
        } else {
            section.faults().warn(where, what + " (passed over: unknown-keys = warn)");
        }
    }

    private static String hint(Section section, String key, ConfigValue value, Set<String> known) {
        // COUNTERSIGN_LIMITS_IN_FLIGHT reads as limits.in.flight: what was meant is limits.in-flight.
        StringBuilder joined = new StringBuilder(key);
        for (ConfigValue at = value; at instanceof ConfigObject object && object.size() == 1; ) {
            String inner = object.keySet().iterator().next();
            joined.append('-').append(inner);
            at = object.get(inner);
        }
        Optional<String> meant =
                Optional.of(joined.toString()).filter(known::contains).or(() -> NearestKey.of(key, known));
        boolean variable = Origins.source(Origins.of(value)).startsWith(Origins.ENVIRONMENT);
        if (variable && meant.isPresent()) {
            return "; did you mean " + EnvironmentOverlay.variable(section.path(meant.get())) + "?";
        }
        return meant.map(m -> "; did you mean \"" + m + "\"?").orElseGet(() -> NearestKey.hint(key, known));
    }
}
