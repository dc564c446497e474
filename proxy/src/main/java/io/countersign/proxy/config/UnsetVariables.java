package io.countersign.proxy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.List;
import java.util.Map;

/**
 * Finds an optional {@code ${?VAR}} that left a hole where holes are dangerous: a header that would be absent or cut short,
 * an access entry or a secret that would be missing. One that only leaves an earlier value of the same key standing is fine.
 */
final class UnsetVariables {
    private final ConfigObject written;
    private final Config resolved;
    private final Faults faults;
    private Config marked;

    /** @param written not yet resolved, for the lines that the variables are on */
    UnsetVariables(ConfigObject written, Config resolved, Faults faults) {
        this.written = written;
        this.resolved = resolved;
        this.faults = faults;
        this.marked = resolved;
    }

    /** What was resolved, with each hole marked, so that what is left around it is not faulted too. */
    Config report(List<Substitutions.Marked> variables) {
        for (Substitutions.Marked one : variables) {
            find(one.variable(), one.config().root(), written, "");
        }
        return marked;
    }

    private void find(String variable, ConfigObject object, ConfigObject raw, String path) {
        for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
            String key = ConfigUtil.joinPath(entry.getKey());
            String at = path.isEmpty() ? key : path + "." + key;
            ConfigValue value = entry.getValue();
            ConfigValue source = child(raw, entry.getKey());
            if (value instanceof ConfigObject inner) {
                find(variable, inner, source instanceof ConfigObject inside ? inside : raw, at);
            } else if (value instanceof ConfigList list
                    ? at.startsWith("countersign.access.") && list.stream().anyMatch(UnsetVariables::isMarked)
                    : isMarked(value) && isGuarded(at) && !stands(value, at)) {
                fault(variable, source == null ? raw : source, at);
            }
        }
    }

    private static ConfigValue child(ConfigObject object, String key) {
        try {
            return object.get(key);
        } catch (ConfigException.NotResolved e) {
            // Put together from a ${...}: the object's own line has to do.
            return null;
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
        return value.unwrapped().equals(Substitutions.MISSING) && resolved.hasPath(path);
    }

    private void fault(String variable, ConfigValue value, String path) {
        String setting = path.substring("countersign.".length());
        marked = marked.withValue(path, ConfigValueFactory.fromAnyRef(Substitutions.MISSING));
        faults.add(
                Origins.text(value.origin(), "configuration") + " (" + setting + ")",
                "${?" + variable
                        + "} is not set, which would leave this out in silence; set the variable " + variable
                        + ", or take the setting out");
    }
}
