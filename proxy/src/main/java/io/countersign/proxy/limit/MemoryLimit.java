package io.countersign.proxy.limit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * The memory that this process's cgroup may take, which the kernel enforces by killing.
 *
 * <p>A limit holds for all groups below, so the smallest one from our own group up to the root counts. A container may see its
 * host's group name without that group's folder; what is mounted at the root is its own then. Version 2 writes {@code max}
 * where there is no limit, version 1 a number next to 2^63 (kernel documentation, {@code cgroup-v2.rst} and
 * {@code cgroup-v1/memory.rst}).
 */
final class MemoryLimit {
    private static final long NO_LIMIT = 1L << 60;

    private MemoryLimit() {}

    /** Bytes, or empty without a limit or without cgroups. */
    static OptionalLong ofProcess() {
        return under(Path.of("/"));
    }

    /** @param root the folder to take for {@code /} */
    static OptionalLong under(Path root) {
        Path mounted = root.resolve("sys/fs/cgroup");
        long smallest = NO_LIMIT;
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            // hierarchy-ID:controllers:path, where version 2 has hierarchy 0 and no controllers
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && parts[0].equals("0") && parts[1].isEmpty()) {
                smallest = Math.min(smallest, smallest(mounted, parts[2], "memory.max"));
            } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
                smallest = Math.min(smallest, smallest(mounted.resolve("memory"), parts[2], "memory.limit_in_bytes"));
            }
        }
        return smallest < NO_LIMIT ? OptionalLong.of(smallest) : OptionalLong.empty();
    }

    private static long smallest(Path hierarchy, String group, String file) {
        long smallest = NO_LIMIT;
        Path top = hierarchy.normalize();
        Path own = hierarchy.resolve(group.replaceFirst("^/+", "")).normalize();
        // A group outside our namespace is shown as /../name: all we see of it is the root that is mounted here.
        for (Path at = own.startsWith(top) ? own : top; at.startsWith(top); at = at.getParent()) {
            for (String line : lines(at.resolve(file))) {
                smallest = Math.min(smallest, bytes(line.strip()));
            }
        }
        return smallest;
    }

    private static long bytes(String text) {
        try {
            return text.equals("max") ? NO_LIMIT : Long.parseLong(text);
        } catch (NumberFormatException unknown) {
            return NO_LIMIT;
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException gone) {
            return List.of();
        }
    }
}
