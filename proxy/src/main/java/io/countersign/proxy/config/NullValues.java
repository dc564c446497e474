package io.countersign.proxy.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;

/**
 * Refuses {@code null}. To HOCON it is a value like another one, and it hides the one below it: {@code access.deny = null}
 * would deny nobody, {@code limits.body = null} would have no limit to read.
 */
final class NullValues {
    private final Faults faults;
    private final String otherwise;

    /** @param otherwise where a setting is from that does not know it */
    NullValues(Faults faults, String otherwise) {
        this.faults = faults;
        this.otherwise = otherwise;
    }

    /** The object with each null reported and marked, so that no reader reports it again. */
    ConfigObject report(ConfigObject object) {
        return marked(object, "");
    }

    private ConfigObject marked(ConfigObject object, String path) {
        ConfigObject result = object;
        for (String key : object.keySet()) {
            String at = path.isEmpty() ? ConfigUtil.joinPath(key) : path + "." + ConfigUtil.joinPath(key);
            ConfigValue value = object.get(key);
            ConfigValue marked = value(value, at);
            if (!marked.equals(value)) {
                result = result.withValue(key, marked);
            }
        }
        return result;
    }

    private ConfigValue value(ConfigValue value, String at) {
        if (value.valueType() == ConfigValueType.NULL) {
            faults.add(
                    Origins.text(value.origin(), otherwise) + " (" + at + ")",
                    "is null; write a value, or remove the line to keep the default");
            return ConfigValueFactory.fromAnyRef(
                    Substitutions.MISSING, value.origin().description());
        }
        if (value instanceof ConfigObject inner) {
            return marked(inner, at);
        }
        return value instanceof ConfigList list ? elements(list, at) : value;
    }

    private ConfigValue elements(ConfigList list, String at) {
        List<Object> elements = new ArrayList<>();
        boolean changed = false;
        for (int i = 0; i < list.size(); i++) {
            ConfigValue marked = value(list.get(i), at + "[" + i + "]");
            changed |= !marked.equals(list.get(i));
            elements.add(marked);
        }
        return changed ? ConfigValueFactory.fromIterable(elements) : list;
    }
}
