package io.countersign.proxy.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the core reads of a configuration: all but what an extension reads. What is left keeps the places where it was written. */
public final class CoreSettings {
    private CoreSettings() {}

    /** What was written, without further settings. */
    public static ConfigObject of(ConfigObject settings, FurtherKeys further) {
        return without(settings, KeyTree.of(FurtherKeys.NONE), KeyTree.ofThese(further));
    }

    private static ConfigObject without(ConfigObject settings, KeyTree core, KeyTree further) {
        ConfigObject rest = settings;
        for (String key : settings.keySet()) {
            Optional<KeyTree> taken = further.child(key);
            if (taken.isPresent()) {
                Optional<KeyTree> left = core.child(key);
                rest = left.isEmpty()
                        ? rest.withoutKey(key)
                        : rest.withValue(key, without(settings.get(key), left.get(), taken.get()));
            }
        }
        return rest;
    }

    private static ConfigValue without(ConfigValue value, KeyTree core, KeyTree further) {
        if (value instanceof ConfigObject object) {
            return without(object, core, further);
        }
        if (!(value instanceof ConfigList list)) {
            return value;
        }
        List<ConfigValue> rest = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String index = String.valueOf(i);
            Optional<KeyTree> taken = further.child(index);
            Optional<KeyTree> left = core.child(index);
            rest.add(
                    taken.isPresent() && left.isPresent()
                            ? without(list.get(i), left.get(), taken.get())
                            : list.get(i));
        }
        return ConfigValueFactory.fromIterable(rest).withOrigin(list.origin());
    }
}
