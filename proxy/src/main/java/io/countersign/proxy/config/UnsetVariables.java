package io.countersign.proxy.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Map;

/**
 * Finds an optional {@code ${?VAR}} that left a hole where holes are dangerous: a header that would be absent or cut short,
 * an access entry or a secret that would be missing. One that only leaves an earlier value of the same key standing is fine.
 */
final class UnsetVariables {
    private final ConfigObject resolved;
    private final Faults faults;

    UnsetVariables(ConfigObject resolved, Faults faults) {
        this.resolved = resolved;
        this.faults = faults;
    }

    void report(List<Substitutions.Marked> marked) {
        for (Substitutions.Marked one : marked) {
            find(one.variable(), one.config().root(), "");
        }
    }

    private void find(String variable, ConfigObject object, String path) {
        for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            String at = path.isEmpty() ? entry.getKey() : path + "." + ConfigUtil.joinPath(entry.getKey());
            ConfigValue value = entry.getValue();
            if (value instanceof ConfigObject inner) {
                find(variable, inner, at);
            } else if (value instanceof ConfigList list) {
                if (at.startsWith("countersign.access.") && list.stream().anyMatch(UnsetVariables::isMarked)) {
                    fault(variable, value, at);
                }
            } else if (isMarked(value) && isGuarded(at) && !stands(value, at)) {
                fault(variable, value, at);
            }
        }
    }

    private static boolean isGuarded(String path) {
        return path.matches("countersign\\.routes\\..+\\.headers\\.set\\..+")
                || path.startsWith("countersign.access.")
                || path.matches("countersign\\.credentials\\..+");
    }

    private static boolean isMarked(ConfigValue value) {
        return value.unwrapped() instanceof String text && text.contains(Substitutions.MISSING);
    }

    /** The variable is the whole value, and without it another value of the same key holds. */
    private boolean stands(ConfigValue value, String path) {
        return value.unwrapped().equals(Substitutions.MISSING)
                && resolved.toConfig().hasPath(path);
    }

    private void fault(String variable, ConfigValue value, String path) {
        String setting = path.substring("countersign.".length());
        faults.add(Origins.text(value.origin(), setting) + " (" + setting + ")", "${?" + variable
                + "} is not set, which would leave this out in silence; set the variable " + variable
                + ", or take the setting out");
    }
}
