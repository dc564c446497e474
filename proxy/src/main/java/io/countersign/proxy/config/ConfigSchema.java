package io.countersign.proxy.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The configuration's JSON Schema (2020-12), for files in YAML or JSON: what each setting takes, its default and its former names.
 * It requires no setting, since each can come from a variable, and it can't see what depends on other settings; {@code check} does.
 */
public final class ConfigSchema {
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
    private static final String NAMES = "name ";

    /** Where what {@code each} has in a reference stands. */
    private static final Map<String, String> EACH = Map.of(
            "listener",
            "listeners.#",
            "route",
            "routes.*",
            "role",
            "credentials.*",
            "credentials",
            "credentials.*",
            "tenant",
            "tenants.*");

    private final Node root = new Node();
    private final Map<String, ConfigValue> defaults = new HashMap<>();

    /** A section, a setting, a list, or, as an upstream is, all of them. */
    private static final class Node {
        private final Map<String, Node> children = new LinkedHashMap<>();
        private Kind kind;
    }

    private ConfigSchema(FurtherKeys further) {
        Kinds.ofCore().and(further.kinds()).all().forEach((path, kind) -> {
            Node at = root;
            for (String key : path.split("\\.", -1)) {
                at = at.children.computeIfAbsent(key, k -> new Node());
            }
            at.kind = kind;
        });
        for (Config reference : List.of(Reference.read(), further.reference())) {
            collect(reference, "countersign", "");
            EACH.forEach((what, path) -> collect(reference, "each." + what, path));
        }
    }

    /**
     * Of the core's settings and further ones, as maps, lists, texts, numbers and truth values, in the order in which they are to be
     * written.
     */
    public static Map<String, Object> of(FurtherKeys further) {
        ConfigSchema schema = new ConfigSchema(further);
        Map<String, Object> whole = Kind.schemaOf("$schema", DIALECT);
        whole.put("title", "Countersign's configuration");
        whole.put("type", "object");
        whole.put("additionalProperties", false);
        whole.put("properties", Map.of("countersign", schema.of(schema.root, "", Set.of())));
        return whole;
    }

    private void collect(Config reference, String from, String path) {
        if (reference.hasPath(from)) {
            collect(path, reference.getValue(from));
        }
    }

    private void collect(String path, ConfigValue value) {
        if (value instanceof ConfigObject object) {
            object.forEach((key, inner) -> collect(path.isEmpty() ? key : path + "." + key, inner));
        } else {
            defaults.put(path, value);
        }
    }

    /** @param formerWords of a setting whose values have other names by now */
    private Map<String, Object> of(Node node, String path, Set<String> formerWords) {
        Map<String, Object> setting = null;
        if (node.kind != null && !node.kind.text().startsWith(NAMES)) {
            setting = node.kind.schema(formerWords);
            if (defaults.containsKey(path)) {
                setting.put("default", defaults.get(path).unwrapped());
            }
        }
        if (node.children.isEmpty()) {
            return setting;
        }
        List<Map<String, Object>> ways = new ArrayList<>();
        if (setting != null) {
            ways.add(setting);
        }
        if (node.children.containsKey(KeyTree.INDEX)) {
            ways.add(list(node, path));
        }
        if (!node.children.keySet().equals(Set.of(KeyTree.INDEX))) {
            ways.add(section(node, path));
        }
        return ways.size() == 1 ? ways.get(0) : Kind.schemaOf("anyOf", ways);
    }

    private Map<String, Object> list(Node node, String path) {
        Map<String, Object> list = Kind.schemaOf("type", "array");
        list.put("items", of(node.children.get(KeyTree.INDEX), path + "." + KeyTree.INDEX, Set.of()));
        return list;
    }

    private Map<String, Object> section(Node node, String path) {
        Map<String, Object> section = Kind.schemaOf("type", "object");
        Node named = node.children.get(KeyTree.NAME);
        if (named != null) {
            if (named.kind != null && named.kind.text().startsWith(NAMES)) {
                String pattern = "^" + named.kind.text().substring(NAMES.length()) + "$";
                section.put("propertyNames", Kind.schemaOf("pattern", pattern));
            }
            section.put("additionalProperties", of(named, path + "." + KeyTree.NAME, Set.of()));
            return section;
        }
        section.put("additionalProperties", false);
        Map<String, Object> properties = new LinkedHashMap<>();
        node.children.forEach((key, child) -> {
            if (!key.equals(KeyTree.INDEX)) {
                properties.put(key, of(child, at(path, key), Set.of()));
            }
        });
        for (RenamedKeys.Rename rename : RenamedKeys.RENAMES) {
            Node current = node.children.get(rename.current());
            if (String.join(".", rename.in()).equals(path) && current != null) {
                Set<String> words = new HashSet<>(rename.values().keySet());
                Map<String, Object> former = of(current, at(path, rename.current()), words);
                former.put("deprecated", true);
                former.put("description", "The former name of \"" + rename.current() + "\".");
                properties.put(rename.old(), former);
            }
        }
        section.put("properties", properties);
        return section;
    }

    private static String at(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
