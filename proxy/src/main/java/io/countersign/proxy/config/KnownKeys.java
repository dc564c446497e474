package io.countersign.proxy.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Which settings there are, former names among them. */
public final class KnownKeys {
    private final KeyTree root;

    private KnownKeys(KeyTree root) {
        this.root = root;
    }

    /** The core's, and further ones. */
    public static KnownKeys of(FurtherKeys further) {
        return new KnownKeys(KeyTree.of(further));
    }

    /** Those of a list as {@link #paths} returns it. */
    public static KnownKeys ofPaths(List<String> paths) {
        return new KnownKeys(KeyTree.ofThese(FurtherKeys.of(paths.toArray(String[]::new))));
    }

    /**
     * Whether there is a setting or a section there.
     *
     * @param path as it was written, with names and positions
     */
    public boolean has(List<String> path) {
        return root.has(path);
    }

    /**
     * What somebody wrote that is not among these, each with its place and with what becomes of it.
     *
     * @param written before anything was renamed, above the defaults, which are passed over
     * @param reader whose settings these are, such as {@code 0.1.0}
     * @param otherwise where a setting is from that does not know it
     */
    List<ConfigFault> unknown(ConfigObject written, String reader, String otherwise) {
        List<ConfigFault> unknown = new ArrayList<>();
        compare(written, new ArrayList<>(), (path, value) -> {
            String where = Origins.text(Origins.of(value), otherwise) + " (" + text(path) + ")";
            String then = GuardedKeys.contain(path, root)
                    ? "refuses to start, since it could decide who may call"
                    : "passes it over, with a warning, unless unknown-keys is error";
            unknown.add(new ConfigFault(where, "unknown to " + reader + ", which " + then));
        });
        return unknown;
    }

    /** As faults write it. */
    private static String text(List<String> path) {
        return path.stream()
                .map(key -> KeyTree.isIndex(key) ? "[" + key + "]" : "." + ConfigUtil.joinPath(key))
                .collect(Collectors.joining())
                .substring(1);
    }

    private void compare(ConfigValue value, List<String> path, BiConsumer<List<String>, ConfigValue> report) {
        Map<String, ConfigValue> parts = new TreeMap<>();
        if (value instanceof ConfigObject object) {
            parts.putAll(object);
        } else if (value instanceof ConfigList list) {
            for (int i = 0; i < list.size(); i++) {
                parts.put(String.valueOf(i), list.get(i));
            }
        }
        parts.forEach((key, part) -> {
            path.add(key);
            if (root.has(path)) {
                compare(part, path, report);
            } else if (isWritten(part)) {
                report.accept(List.copyOf(path), part);
            }
            path.remove(path.size() - 1);
        });
    }

    private static boolean isWritten(ConfigValue value) {
        if (value instanceof ConfigObject section && !section.isEmpty()) {
            return section.values().stream().anyMatch(KnownKeys::isWritten);
        }
        return !Origins.source(value.origin()).startsWith(Origins.REFERENCE);
    }

    /**
     * All of them, in alphabetical order: {@code *} stands for a name that an operator gives, {@code #} for a position in a list,
     * {@code **} at the end for anything.
     */
    public Set<String> paths() {
        Set<String> paths = new TreeSet<>();
        collect(root, new ArrayList<>(), paths);
        return paths;
    }

    private static void collect(KeyTree tree, List<String> path, Set<String> to) {
        if (tree.isOpen()) {
            to.add(String.join(".", path) + ".**");
        }
        if (tree.keys().isEmpty() && !tree.isOpen()) {
            to.add(String.join(".", path));
        }
        for (String key : tree.keys()) {
            path.add(key);
            collect(tree.child(key).orElseThrow(), path, to);
            path.remove(path.size() - 1);
        }
    }
}
