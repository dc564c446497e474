package io.countersign.proxy.limit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The control groups that limit this process: its own, and those above it, whose limits hold for it too. A container may see its
 * host's group name without that group's folder; what is mounted at the root is its own then. See the kernel's {@code cgroup-v2.rst} and
 * {@code cgroup-v1/}.
 */
final class ControlGroups {
    private ControlGroups() {}

    /** The two versions name their files differently. */
    enum Version {
        ONE,
        TWO
    }

    /** One group's folder, which need not exist. */
    record Group(Path folder, Version version) {
        /** The number at the beginning of the first line of a file; {@code otherwise} where there is none, as in {@code max}. */
        long number(String file, long otherwise) {
            List<String> lines = lines(folder.resolve(file));
            return lines.isEmpty() ? otherwise : parsed(lines.get(0), otherwise);
        }
    }

    /**
     * From the process's own group upwards.
     *
     * @param root the folder to take for {@code /}
     * @param controller as version 1 names it: {@code memory}, {@code cpu}
     */
    static List<Group> of(Path root, String controller) {
        Path mounted = root.resolve("sys/fs/cgroup");
        List<Group> groups = new ArrayList<>();
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            // hierarchy-ID:controllers:path, where version 2 has hierarchy 0 and no controllers
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && parts[0].equals("0") && parts[1].isEmpty()) {
                add(groups, mounted, parts[2], Version.TWO);
            } else if (parts.length == 3 && List.of(parts[1].split(",")).contains(controller)) {
                add(groups, mounted.resolve(controller), parts[2], Version.ONE);
            }
        }
        return groups;
    }

    private static void add(List<Group> groups, Path hierarchy, String group, Version version) {
        Path top = hierarchy.normalize();
        Path own = hierarchy.resolve(group.replaceFirst("^/+", "")).normalize();
        // A group outside our namespace is shown as /../name: all we see of it is the root that is mounted here.
        for (Path at = own.startsWith(top) ? own : top; at.startsWith(top); at = at.getParent()) {
            groups.add(new Group(at, version));
        }
    }

    static long parsed(String text, long otherwise) {
        try {
            return Long.parseLong(text.strip()); // "max" is no number either
        } catch (NumberFormatException unknown) {
            return otherwise;
        }
    }

    /** None where the file can't be read. */
    static List<String> lines(Path file) {
        try {
            return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException gone) {
            return List.of();
        }
    }
}
