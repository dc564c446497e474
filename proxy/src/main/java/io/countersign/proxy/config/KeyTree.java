package io.countersign.proxy.config;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Every setting there is, as a tree of keys. The readers need no such list; a variable of the environment does, since its name does not
 * show where a dot was and where a dash.
 */
final class KeyTree {
    /** In place of a key: a name that the operator gives, such as a route's. */
    static final String NAME = "*";

    /** In place of a key: the position in a list. */
    static final String INDEX = "#";

    private static final String ANYTHING = ".**";

    private final Map<String, KeyTree> keys = new TreeMap<>();
    private final Set<String> former = new HashSet<>();
    private boolean open;

    private KeyTree() {}

    /** All settings: the core's, and further ones. */
    static KeyTree of(FurtherKeys further) {
        KeyTree root = new KeyTree();
        Kinds.ofCore().all().keySet().forEach(root::at);
        RenamedKeys.RENAMES.forEach(root::add);
        root.add(further);
        return root;
    }

    /** These alone. */
    static KeyTree ofThese(FurtherKeys further) {
        KeyTree root = new KeyTree();
        root.add(further);
        return root;
    }

    private void add(FurtherKeys further) {
        further.kinds().all().keySet().forEach(this::at);
        for (String path : further.paths()) {
            if (path.endsWith(ANYTHING)) {
                at(path.substring(0, path.length() - ANYTHING.length())).open = true;
            } else {
                at(path);
            }
        }
    }

    private KeyTree at(String path) {
        KeyTree at = this;
        for (String key : path.split("\\.", -1)) {
            at = at.keys.computeIfAbsent(key, k -> new KeyTree());
        }
        return at;
    }

    private void add(RenamedKeys.Rename rename) {
        KeyTree section = rename.in().isEmpty() ? this : at(String.join(".", rename.in()));
        section.keys.put(rename.old(), section.at(rename.current()));
        section.former.add(rename.old());
    }

    /** What can stand here: keys, {@link #NAME} or {@link #INDEX}. */
    Set<String> keys() {
        return keys.keySet();
    }

    /** Whether that key is only the former name of another one. */
    boolean isFormer(String key) {
        return former.contains(key);
    }

    /** Whether anything may stand here. */
    boolean isOpen() {
        return open;
    }

    /** What stands under a key as it was written, be it a name or a position; empty for an unknown key. */
    Optional<KeyTree> child(String written) {
        KeyTree child = keys.get(written);
        if (child == null && isIndex(written) && (keys.isEmpty() || keys.containsKey(INDEX))) {
            child = keys.isEmpty() ? this : keys.get(INDEX);
        }
        if (child == null) {
            child = open ? this : keys.get(NAME);
        }
        return Optional.ofNullable(child);
    }

    /** Whether there is a setting or section of that path. */
    boolean has(List<String> path) {
        KeyTree at = this;
        for (String key : path) {
            Optional<KeyTree> child = at.child(key);
            if (child.isEmpty()) {
                return false;
            }
            at = child.get();
        }
        return true;
    }

    /** Whether a path that {@link #has} confirms goes through a former name. */
    boolean isFormer(List<String> path) {
        KeyTree at = this;
        boolean found = false;
        for (String key : path) {
            found |= at.isFormer(key);
            at = at.child(key).orElseThrow();
        }
        return found;
    }

    /** Any list can be written by its positions, as HOCON has it. */
    static boolean isIndex(String key) {
        return key.matches("\\d{1,4}");
    }

    /** Whether a key is written here as it stands, not in place of a name or a position. */
    boolean hasKey(String key) {
        return keys.containsKey(key);
    }
}
