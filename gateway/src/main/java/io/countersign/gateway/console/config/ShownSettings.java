package io.countersign.gateway.console.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.countersign.proxy.config.Places;
import io.countersign.proxy.settings.Redaction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * All settings in force, one by one, in the order of their paths; nothing in it is secret.
 *
 * @param left how many more there are: a long inline list is not shown whole
 * @param hash tells one configuration from another, wherever it was written
 */
public record ShownSettings(List<ShownSetting> settings, int left, String hash) {
    /** A long list belongs in a file; what is kept here is kept for as long as the configuration is in force. */
    private static final int MAX = 2000;

    private static final String DEFAULT = "default";
    private static final String DERIVED = "derived";

    public ShownSettings {
        settings = List.copyOf(settings);
    }

    /**
     * Those of a configuration.
     *
     * @param acting what was written, with every default below it
     * @param hash of what was written
     * @param derived by their paths: what acts in place of what was written, and depends on the machine
     */
    static ShownSettings of(ConfigObject acting, String hash, Map<String, Long> derived) {
        List<ShownSetting> all = new ArrayList<>();
        collect("", acting, all);
        all.sort(Comparator.comparing(ShownSetting::path));
        all.replaceAll(each -> derived.containsKey(each.path())
                ? new ShownSetting(each.path(), derived.get(each.path()).toString(), DERIVED)
                : each);
        return new ShownSettings(all.subList(0, Math.min(MAX, all.size())), Math.max(0, all.size() - MAX), hash);
    }

    private static void collect(String path, ConfigValue value, List<ShownSetting> to) {
        if (value instanceof ConfigObject object && !object.isEmpty()) {
            object.forEach((key, inner) -> {
                String quoted = ConfigUtil.joinPath(key);
                collect(path.isEmpty() ? quoted : path + "." + quoted, inner, to);
            });
        } else if (value instanceof ConfigList list && !list.isEmpty()) {
            for (int i = 0; i < list.size(); i++) {
                collect(path + "[" + i + "]", list.get(i), to);
            }
        } else {
            String text = value instanceof ConfigObject ? "{}" : value instanceof ConfigList ? "[]" : text(value);
            to.add(new ShownSetting(path, Redaction.of(path, text), Places.origin(value, DEFAULT)));
        }
    }

    private static String text(ConfigValue value) {
        return String.valueOf(value.unwrapped());
    }
}
