package io.countersign.proxy.config;

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

    /** What of a route decides who may call: a condition or a policy that is passed over makes it take more than it was meant to. */
    private static final Set<String> GUARDED_OF_ROUTE =
            Set.of("match", "policy-files", "policy-default", "policy-context");

    private static final Pattern WITHIN_GUARDED_OF_ROUTE =
            Pattern.compile("routes\\..+\\.(?:match|policy-context)(?:\\..+)?");

    void found(Section section, String key, ConfigValue value, Set<String> known) {
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

    /** Whether an unknown path may have been meant to keep callers out. */
    static boolean isGuarded(List<String> path, KeyTree known) {
        return !path.isEmpty()
                && (NearestKey.of(path.get(0), known.keys())
                                .filter(GUARDED::contains)
                                .isPresent()
                        || GUARDED.contains(path.get(0))
                        || WITHIN_GUARDED_OF_ROUTE
                                .matcher(String.join(".", path))
                                .matches()
                        || isNearGuardedOfRoute(path, known));
    }

    private static boolean isNearGuardedOfRoute(List<String> path, KeyTree known) {
        return path.size() > 2
                && path.get(0).equals("routes")
                && known.child("routes")
                        .flatMap(routes -> routes.child(KeyTree.NAME))
                        .flatMap(route -> NearestKey.of(path.get(2), route.keys()))
                        .filter(GUARDED_OF_ROUTE::contains)
                        .isPresent();
    }

    private static boolean isGuarded(Section section, String key, Set<String> known) {
        // A whole misspelt section of rules is as bad as a misspelt rule.
        return GUARDED.stream().anyMatch(section::within)
                || WITHIN_GUARDED_OF_ROUTE.matcher(section.path()).matches()
                || (section.path().isEmpty()
                        && NearestKey.of(key, known).filter(GUARDED::contains).isPresent())
                || (section.path().matches("routes\\.[^.]+")
                        && NearestKey.of(key, known)
                                .filter(GUARDED_OF_ROUTE::contains)
                                .isPresent());
    }

    private static String hint(Section section, String key, ConfigValue value, Set<String> known) {
        Optional<String> meant = NearestKey.of(key, known);
        boolean variable = Origins.source(Origins.of(value)).startsWith(Origins.ENVIRONMENT);
        if (variable && meant.isPresent()) {
            return "; did you mean " + EnvironmentOverlay.variable(section.path(meant.get())) + "?";
        }
        return meant.map(m -> "; did you mean \"" + m + "\"?").orElseGet(() -> NearestKey.hint(key, known));
    }
}
