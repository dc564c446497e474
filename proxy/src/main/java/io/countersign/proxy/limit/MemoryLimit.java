package io.countersign.proxy.limit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The memory that this process's control group may take, which the kernel enforces by killing.
 *
 * <p>A limit holds for all groups below, so the smallest one from our own group up to the root counts. A container may see its
 * host's group name without that group's folder; what is mounted at the root is its own then. Version 2 writes {@code max}
 * where there is no limit, version 1 a number next to 2^63 (kernel documentation, {@code cgroup-v2.rst} and
 * {@code cgroup-v1/memory.rst}).
 */
public final class MemoryLimit {
    private static final long NO_LIMIT = 1L << 60;

    private MemoryLimit() {}

    /** Bytes, or empty without a limit or without control groups. */
    public static OptionalLong ofProcess() {
        return under(Path.of("/"));
    }

    /** @param root the folder to take for {@code /} */
    static OptionalLong under(Path root) {
        return smallest(groups(root).stream().mapToLong(Group::limit).toArray());
    }

    /**
     * What this process may take before the kernel kills something in its control group: bytes, or empty without a limit.
     *
     * <p>What the group uses is counted without files that were read once, which the kernel drops first (the "working set" that
     * {@code kubectl top} shows), and without what this process itself has taken.
     *
     * @param root the folder to take for {@code /}
     */
    public static OptionalLong left(Path root) {
        OptionalLong left = smallest(groups(root).stream()
                .filter(group -> group.limit() < NO_LIMIT)
                .mapToLong(Group::left)
                .toArray());
        return left.isPresent() ? OptionalLong.of(left.getAsLong() + own(root)) : left;
    }

    private static OptionalLong smallest(long... all) {
        long smallest = NO_LIMIT;
        for (long each : all) {
            smallest = Math.min(smallest, each);
        }
        return smallest < NO_LIMIT ? OptionalLong.of(smallest) : OptionalLong.empty();
    }

    /** {@code RssAnon}, which {@code proc(5)} has in kB. */
    private static long own(Path root) {
        for (String line : lines(root.resolve("proc/self/status"))) {
            if (line.startsWith("RssAnon:")) {
                return number(line.replaceAll("\\D", ""), 0) << 10;
            }
        }
        return 0;
    }

    /** Our own group, and those above it. */
    private static List<Group> groups(Path root) {
        Path mounted = root.resolve("sys/fs/cgroup");
        List<Group> groups = new ArrayList<>();
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            // hierarchy-ID:controllers:path, where version 2 has hierarchy 0 and no controllers
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && parts[0].equals("0") && parts[1].isEmpty()) {
                addGroups(groups, mounted, parts[2], Version.TWO);
            } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
                addGroups(groups, mounted.resolve("memory"), parts[2], Version.ONE);
            }
        }
        return groups;
    }

    private static void addGroups(List<Group> groups, Path hierarchy, String group, Version version) {
        Path top = hierarchy.normalize();
        Path own = hierarchy.resolve(group.replaceFirst("^/+", "")).normalize();
        // A group outside our namespace is shown as /../name: all we see of it is the root that is mounted here.
        for (Path at = own.startsWith(top) ? own : top; at.startsWith(top); at = at.getParent()) {
            groups.add(new Group(at, version));
        }
    }

    /** Names of files and of a line, in the two versions. */
    private enum Version {
        ONE("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "),
        TWO("memory.max", "memory.current", "inactive_file ");

        private final String limit;
        private final String usage;
        private final String idleFiles;

        Version(String limit, String usage, String idleFiles) {
            this.limit = limit;
            this.usage = usage;
            this.idleFiles = idleFiles;
        }
    }

    private record Group(Path folder, Version version) {
        long limit() {
            return in(version.limit, NO_LIMIT);
        }

        long left() {
            long idle = 0;
            for (String line : lines(folder.resolve("memory.stat"))) {
                if (line.startsWith(version.idleFiles)) {
                    idle = number(line.substring(version.idleFiles.length()), 0);
                }
            }
            return limit() - in(version.usage, 0) + idle;
        }

        private long in(String file, long otherwise) {
            List<String> lines = lines(folder.resolve(file));
            return lines.isEmpty() ? otherwise : number(lines.get(0), otherwise);
        }
    }

    private static long number(String text, long otherwise) {
        try {
            return Long.parseLong(text.strip()); // "max" is no number either
        } catch (NumberFormatException unknown) {
            return otherwise;
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
