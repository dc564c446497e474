package io.countersign.proxy.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Where a key that is passed over could let callers in, so that an unknown one is a fault even if others are only warned of. */
final class GuardedKeys {
    /** The sections that decide who may call. */
    private static final Set<String> GUARDED =
            Set.of("access", "tenants", "tokens-file", "identity", "approval", "console");

    /** What of a route decides who may call: a condition or a policy that is passed over makes it take more than it was meant to. */
    private static final Set<String> GUARDED_OF_ROUTE =
            Set.of("match", "policy-files", "policy-default", "policy-context", "approval", "state", "draft-for");

    private static final Pattern WITHIN_GUARDED_OF_ROUTE =
            Pattern.compile("routes\\..+\\.(?:match|policy-context)(?:\\..+)?");

    private GuardedKeys() {}

    /** Whether an unknown path may have been meant to keep callers out. */
    static boolean contain(List<String> path, KeyTree known) {
        return !path.isEmpty()
                && (isNear(path.get(0), known.keys(), GUARDED)
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
                        .filter(route -> isNear(path.get(2), route.keys(), GUARDED_OF_ROUTE))
                        .isPresent();
    }

    /** Whether a guarded key may have been meant, also one that another product reads. */
    private static boolean isNear(String key, Set<String> known, Set<String> guarded) {
        Set<String> all = new HashSet<>(known);
        all.addAll(guarded);
        return NearestKey.of(key, all).filter(guarded::contains).isPresent();
    }

    /**
     * Whether an unknown key of a section may have been meant to keep callers out.
     *
     * @param within whether the section is, or is in, a top-level section of that name
     * @param path of the section
     * @param known keys of the section
     */
    static boolean contain(Predicate<String> within, String path, String key, Set<String> known) {
        // A whole misspelt section of rules is as bad as a misspelt rule.
        return GUARDED.stream().anyMatch(within)
                || WITHIN_GUARDED_OF_ROUTE.matcher(path).matches()
                || (path.isEmpty() && isNear(key, known, GUARDED))
                || (path.matches("routes\\.[^.]+") && isNear(key, known, GUARDED_OF_ROUTE));
    }
}
