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
import java.util.regex.Pattern;

/**
 * Finds an optional {@code ${?VAR}} that left a hole where holes are dangerous: a header that would be absent or cut short,
 * an access entry or a secret that would be missing, a route that would sign with other credentials, a URL without its stage. One that only
 * keeps an earlier value of the same key is fine.
 */
final class UnsetVariables {
    private static final Pattern GUARDED = Pattern.compile(
            "countersign\\.(?:access|credentials)(?:\\..+)?"
                    + "|countersign\\.routes\\..+\\.(?:cors|credentials|headers(?:\\.remove|\\.set(?:\\..+)?)?|match(?:\\..+)?)");

    /** May keep its default, but must not be cut short: without its stage a URL leads to another API. */
    private static final Pattern WHOLE = Pattern.compile("countersign\\.routes\\..+\\.upstream(?:\\.\\w+)?");

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
            if (value instanceof ConfigObject inner && !isMarked(inner)) {
                find(variable, inner, source instanceof ConfigObject inside ? inside : raw, at);
            } else if ((isGuarded(at) && leavesHole(value, at)) || isCutShort(value, at)) {
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
        return GUARDED.matcher(path).matches();
    }

    private static boolean isCutShort(ConfigValue value, String path) {
        return WHOLE.matcher(path).matches()
                && isMarked(value)
                && !(value instanceof ConfigObject)
                && !value.unwrapped().equals(Substitutions.MISSING);
    }

    /** Whether the variable is part of {@code value} and the operator wrote no earlier value of the key that is used instead. */
    private boolean leavesHole(ConfigValue value, String path) {
        if (value instanceof ConfigList list) {
            return list.stream().anyMatch(UnsetVariables::isMarked);
        }
        return isMarked(value) && !(value.unwrapped().equals(Substitutions.MISSING) && isWritten(path));
    }

    private static boolean isMarked(ConfigValue value) {
        return value instanceof ConfigObject object
                ? object.containsKey(Substitutions.MISSING)
                : value.unwrapped() instanceof String text && text.contains(Substitutions.MISSING);
    }

    /** Whether another value is used without the variable, other than our default: the default of {@code deny} denies nobody. */
    private boolean isWritten(String path) {
        return resolved.hasPath(path)
                && !Origins.source(Origins.of(resolved.getValue(path))).startsWith(Origins.REFERENCE);
    }

    private void fault(String variable, ConfigValue value, String path) {
        String setting = path.substring("countersign.".length());
        marked = marked.withValue(path, ConfigValueFactory.fromAnyRef(Substitutions.MISSING));
        faults.add(
                Origins.text(value.origin(), "configuration") + " (" + setting + ")",
                "${?" + variable
                        + "} is not set, so this setting would be silently omitted; set the variable " + variable
                        + ", or remove the setting");
    }
}
