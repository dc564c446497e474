package io.countersign.proxy.limit;

import io.countersign.proxy.limit.ControlGroups.Group;
import io.countersign.proxy.limit.ControlGroups.Version;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * The memory that this process's control group may take, which the kernel enforces by killing.
 *
 * <p>A limit holds for all groups below, so the smallest one from our own group up to the root counts. Version 2 writes {@code max}
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
        return smallest(groups(root).stream().mapToLong(MemoryLimit::limit).toArray());
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
                .filter(group -> limit(group) < NO_LIMIT)
                .mapToLong(MemoryLimit::left)
                .toArray());
        return left.isPresent() ? OptionalLong.of(left.getAsLong() + own(root)) : left;
    }

    private static List<Group> groups(Path root) {
        return ControlGroups.of(root, "memory");
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
        for (String line : ControlGroups.lines(root.resolve("proc/self/status"))) {
            if (line.startsWith("RssAnon:")) {
                return ControlGroups.parsed(line.replaceAll("\\D", ""), 0) << 10;
            }
        }
        return 0;
    }

    private static long limit(Group group) {
        return group.number(group.version() == Version.TWO ? "memory.max" : "memory.limit_in_bytes", NO_LIMIT);
    }

    private static long left(Group group) {
        boolean two = group.version() == Version.TWO;
        String idleFiles = two ? "inactive_file " : "total_inactive_file ";
        long idle = 0;
        for (String line : ControlGroups.lines(group.folder().resolve("memory.stat"))) {
            if (line.startsWith(idleFiles)) {
                idle = ControlGroups.parsed(line.substring(idleFiles.length()), 0);
            }
        }
        return limit(group) - group.number(two ? "memory.current" : "memory.usage_in_bytes", 0) + idle;
    }
}
