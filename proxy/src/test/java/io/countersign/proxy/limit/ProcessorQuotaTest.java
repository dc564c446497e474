package io.countersign.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shapes in which the two versions of control groups show a quota. */
class ProcessorQuotaTest {
    @TempDir
    Path root;

    @Test
    void noneWithoutControlGroups() {
        assertEquals(OptionalLong.empty(), ProcessorQuota.under(root));
    }

    @Test
    void readsVersionTwo() throws IOException {
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/cpu.max", "10000 100000\n");
        assertEquals(OptionalLong.of(100), ProcessorQuota.under(root));
    }

    @Test
    void readsVersionOne() throws IOException {
        write("proc/self/cgroup", "5:devices:/x\n4:cpu,cpuacct:/docker/abc\n0::/\n");
        write("sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us", "150000\n");
        write("sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us", "100000\n");
        write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
        write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
        assertEquals(OptionalLong.of(1500), ProcessorQuota.under(root));
    }

    @Test
    void takesTheLeastOnTheWayUp() throws IOException {
        write("proc/self/cgroup", "0::/pod/container\n");
        write("sys/fs/cgroup/pod/container/cpu.max", "max 100000\n");
        write("sys/fs/cgroup/pod/cpu.max", "25000 50000\n");
        write("sys/fs/cgroup/cpu.max", "100000 100000\n");
        assertEquals(OptionalLong.of(500), ProcessorQuota.under(root));
    }

    @ParameterizedTest
    @ValueSource(strings = {"max 100000\n", "\n", "nonsense\n", "10000\n", "10000 0\n", "-1 100000\n", "10000 x\n"})
    void whatIsNoQuotaIsNone(String text) throws IOException {
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/cpu.max", text);
        assertEquals(OptionalLong.empty(), ProcessorQuota.under(root));
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
