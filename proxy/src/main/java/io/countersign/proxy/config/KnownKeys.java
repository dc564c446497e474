package io.countersign.proxy.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which settings there are, under their current names. */
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
        List<String> keys =
                tree.keys().stream().filter(key -> !tree.isFormer(key)).toList();
        if (keys.isEmpty() && !tree.isOpen()) {
            to.add(String.join(".", path));
        }
        for (String key : keys) {
            path.add(key);
            collect(tree.child(key).orElseThrow(), path, to);
            path.remove(path.size() - 1);
        }
    }
}
