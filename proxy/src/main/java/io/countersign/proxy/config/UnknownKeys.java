package io.countersign.proxy.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What becomes of a key that nothing reads: a fault, or a warning, so that an older image starts under a newer file. Where a
 * key that is passed over could let callers in, it is a fault in either case.
 */
public enum UnknownKeys {
    ERROR,
    WARN;

    /** The sections that decide who may call. */
    private static final List<String> GUARDED = List.of("access", "tenants", "identity", "approval", "console");

    /** A condition that is passed over makes a route take more than it was meant to. */
    private static final Pattern MATCH = Pattern.compile("routes\\..+\\.match(?:\\..+)?");

    void found(Section section, String key, ConfigValue value, Set<String> known) {
        String where = section.where(key);
        String what = "unknown setting" + hint(section, key, value, known);
        if (this == ERROR || isGuarded(section, key, known)) {
            section.fault(key, what);
        } else {
            section.faults().warn(where, what + " (ignored, since unknown-keys is warn)");
        }
    }

    private static boolean isGuarded(Section section, String key, Set<String> known) {
        // A whole misspelt section of rules is as bad as a misspelt rule.
        return GUARDED.stream().anyMatch(section::within)
                || MATCH.matcher(section.path()).matches()
                || (section.path().isEmpty()
                        && NearestKey.of(key, known).filter(GUARDED::contains).isPresent())
                || (section.path().matches("routes\\.[^.]+")
                        && NearestKey.of(key, known).filter("match"::equals).isPresent());
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
