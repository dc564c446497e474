package io.countersign.proxy.limit;

import io.countersign.proxy.limit.ControlGroups.Group;
import io.countersign.proxy.limit.ControlGroups.Version;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * How much processor time this process's control group may take, which the kernel enforces by making it wait: the smallest quota from
 * our own group up to the root. Version 2 has quota and period on one line, version 1 in two files, where -1 is no quota (kernel
 * documentation, {@code cgroup-v2.rst} and {@code scheduler/sched-bwc.rst}).
 */
public final class ProcessorQuota {
    private ProcessorQuota() {}

    /** Thousandths of a processor, as Kubernetes counts them; empty without a quota or without control groups. */
    public static OptionalLong ofProcess() {
        return under(Path.of("/"));
    }

    /** @param root the folder to take for {@code /} */
    static OptionalLong under(Path root) {
        return ControlGroups.of(root, "cpu").stream()
                .map(ProcessorQuota::quota)
                .filter(quota -> quota.micros() > 0 && quota.period() > 0)
                .mapToLong(quota -> quota.micros() * 1000 / quota.period())
                .min();
    }

    /**
     * Both in microseconds.
     *
     * @param micros of processor time in each period; 0 without a quota
     */
    private record Quota(long micros, long period) {}

    private static Quota quota(Group group) {
        if (group.version() == Version.ONE) {
            return new Quota(group.number("cpu.cfs_quota_us", 0), group.number("cpu.cfs_period_us", 0));
        }
        List<String> lines = ControlGroups.lines(group.folder().resolve("cpu.max"));
        String[] fields = lines.isEmpty() ? new String[0] : lines.get(0).split(" ");
        return fields.length == 2
                ? new Quota(ControlGroups.parsed(fields[0], 0), ControlGroups.parsed(fields[1], 0))
                : new Quota(0, 0);
    }
}
