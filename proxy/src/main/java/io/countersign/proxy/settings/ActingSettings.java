package io.countersign.proxy.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.countersign.proxy.config.FurtherKeys;
import io.countersign.proxy.config.KnownKeys;
import io.countersign.proxy.config.Reference;
import io.countersign.proxy.config.Units;
import io.countersign.proxy.route.DerivedSettings;
import io.countersign.proxy.route.RouteConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What a configuration makes the proxy do that it would not do by default, each value in one form: two files that act the same have
 * the same, however they are written. Defaults are not part of it, so that another version under the same file has the same; nor are
 * limits that were derived from memory, nor settings that nothing reads.
 */
final class ActingSettings {
    /** Below it, an operator's own words: whatever looks like a size there is none. */
    private static final String TAGS = ".tags.";

    /** How many values a list has; no key can have that name. */
    private static final String SIZE = "[]";

    private final KnownKeys known;
    private final FurtherKeys further;
    private final Config reference = Reference.read();
    private final Map<String, String> usual = new TreeMap<>();

    private ActingSettings(FurtherKeys further) {
        this.further = further;
        this.known = KnownKeys.of(further);
    }

    /**
     * By their paths, in the order of these.
     *
     * @param settings all that was written, above the core's defaults
     * @param routes as they were read from it
     */
    static Map<String, String> of(ConfigObject settings, FurtherKeys further, List<RouteConfig> routes) {
        return new ActingSettings(further).differing(settings, routes);
    }

    private Map<String, String> differing(ConfigObject settings, List<RouteConfig> routes) {
        Map<String, String> acting = new TreeMap<>();
        walk(settings, List.of(), "", known::has, acting);
        add(reference.getObject("countersign"), "");
        if (further.reference().hasPath("countersign")) {
            add(further.reference().getObject("countersign"), "");
        }
        names(settings, "credentials").forEach(path -> add(reference.getObject("each.role"), path));
        names(settings, "tenants").forEach(path -> add(further.each("tenant"), path));
        String listeners = acting.getOrDefault("listeners" + SIZE, "0");
        for (int i = 0; i < Integer.parseInt(listeners); i++) {
            add(reference.getObject("each.listener"), "listeners[" + i + "]");
            add(further.each("listener"), "listeners[" + i + "]");
        }
        routes.forEach(route -> addDefaults(route, settings, acting));
        acting.entrySet()
                .removeIf(each -> each.getValue()
                        .equals(usual.getOrDefault(each.getKey(), each.getKey().endsWith(SIZE) ? "0" : null)));
        return acting;
    }

    /** What follows from a route's host and service stands in place of what was written of it. */
    private void addDefaults(RouteConfig route, ConfigObject settings, Map<String, String> acting) {
        String path = "routes." + ConfigUtil.joinPath(route.name());
        add(reference.getObject("each.route"), path);
        add(further.each("route"), path);
        if (settings.get("timeouts") instanceof ConfigObject timeouts) {
            add(timeouts, path + ".timeouts");
        }
        add(DerivedSettings.usual(route), path);
        DerivedSettings.of(route).forEach((key, value) -> acting.put(path + "." + key, value));
        if (route.sending().standbys().isPresent()) {
            ofEach(route.ways(), path, acting);
        }
        if (route.signing().isPresent()) {
            usual.put(path + ".policy-default", acting.get("access.policy-default"));
        }
    }

    /** Of several upstreams each has its own, whether it was written there or for all. */
    private static void ofEach(List<RouteConfig> ways, String path, Map<String, String> acting) {
        for (String key : List.of("service", "region")) {
            acting.remove(path + "." + key);
            for (int i = 0; i < ways.size(); i++) {
                String own = DerivedSettings.of(ways.get(i)).get(key);
                if (own != null) {
                    acting.put(path + ".upstream[" + i + "]." + key, own);
                }
            }
        }
    }

    private static List<String> names(ConfigObject settings, String section) {
        return settings.get(section) instanceof ConfigObject names
                ? names.keySet().stream()
                        .map(name -> section + "." + ConfigUtil.joinPath(name))
                        .toList()
                : List.of();
    }

    private void add(ConfigObject defaults, String path) {
        walk(defaults, List.of(), path, keys -> true, usual);
    }

    private static void walk(
            ConfigObject object,
            List<String> above,
            String path,
            Predicate<List<String>> isRead,
            Map<String, String> to) {
        object.forEach((key, value) -> {
            List<String> keys = new ArrayList<>(above);
            keys.add(key);
            if (isRead.test(keys)) {
                String at = (path.isEmpty() ? "" : path + ".") + ConfigUtil.joinPath(key);
                walk(value, keys, isUrlAlone(keys, value) ? at + ".url" : at, isRead, to);
            }
        });
    }

    private static void walk(
            ConfigValue value, List<String> keys, String path, Predicate<List<String>> isRead, Map<String, String> to) {
        Optional<List<ConfigValue>> list = list(value);
        if (list.isPresent()) {
            to.put(path + SIZE, String.valueOf(list.get().size()));
            for (int i = 0; i < list.get().size(); i++) {
                List<String> position = new ArrayList<>(keys);
                position.add(String.valueOf(i));
                ConfigValue element = list.get().get(i);
                String at = path + "[" + i + "]";
                walk(element, position, isUrlAlone(position, element) ? at + ".url" : at, isRead, to);
            }
        } else if (value instanceof ConfigObject section) {
            walk(section, keys, path, isRead, to);
        } else {
            to.put(path, plain(path, value));
        }
    }

    /** As an upstream, or one of several, it is short for {@code { url = ... }}. */
    private static boolean isUrlAlone(List<String> keys, ConfigValue value) {
        return (keys.size() == 3 || keys.size() == 4)
                && keys.get(0).equals("routes")
                && keys.get(2).equals("upstream")
                && !(value instanceof ConfigObject)
                && !(value instanceof ConfigList)
                && (keys.size() == 3 || keys.get(3).matches("\\d{1,4}"));
    }

    /** HOCON also writes a list as an object with numbers for keys. */
    private static Optional<List<ConfigValue>> list(ConfigValue value) {
        if (value instanceof ConfigList list) {
            return Optional.of(list);
        }
        if (!(value instanceof ConfigObject object)
                || object.isEmpty()
                || !object.keySet().stream().allMatch(key -> key.matches("\\d{1,4}"))) {
            return Optional.empty();
        }
        Map<Integer, ConfigValue> inOrder = new TreeMap<>();
        object.forEach((index, each) -> inOrder.put(Integer.valueOf(index), each));
        return Optional.of(List.copyOf(inOrder.values()));
    }

    /** A duration, a size or a flag in the one form that all ways to write it share. */
    private static String plain(String path, ConfigValue value) {
        String text = String.valueOf(value.unwrapped());
        if (path.contains(TAGS)) {
            return text;
        }
        OptionalLong bytes = Units.size(text);
        if (bytes.isPresent()) {
            return String.valueOf(bytes.getAsLong());
        }
        return switch (text) {
            case "yes" -> "true";
            case "no" -> "false";
            default ->
                Units.duration(text).map(length -> length.toNanos() + " ns").orElse(text);
        };
    }
}
