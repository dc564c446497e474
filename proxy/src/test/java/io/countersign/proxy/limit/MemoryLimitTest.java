package io.countersign.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shapes in which a container, a service manager and a bare host show a limit. */
class MemoryLimitTest {
    @TempDir
    Path root;

    @Test
    void noneWithoutControlGroups() {
        assertEquals(OptionalLong.empty(), MemoryLimit.under(root));
    }

    @Test
    void readsAContainersOwnRoot() throws IOException {
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/memory.max", "268435456\n");
        assertEquals(OptionalLong.of(268435456), MemoryLimit.under(root));
    }

    @Test
    void maxIsNone() throws IOException {
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/memory.max", "max\n");
        assertEquals(OptionalLong.empty(), MemoryLimit.under(root));
    }

    @Test
    void takesTheLeastOnTheWayUp() throws IOException {
        write("proc/self/cgroup", "0::/system.slice/countersign.service\n");
        write("sys/fs/cgroup/system.slice/countersign.service/memory.max", "300\n");
        write("sys/fs/cgroup/system.slice/memory.max", "200\n");
        assertEquals(OptionalLong.of(200), MemoryLimit.under(root));
    }

    @Test
    void fallsBackToTheRootWhereTheHostsNameLeadsNowhere() throws IOException {
        write("proc/self/cgroup", "0::/kubepods/pod1/abc\n");
        write("sys/fs/cgroup/memory.max", "400\n");
        assertEquals(OptionalLong.of(400), MemoryLimit.under(root));
    }

    @Test
    void climbsNoHigherThanWhatIsMounted() throws IOException {
        write("proc/self/cgroup", "0::/../other\n");
        write("sys/fs/memory.max", "1\n");
        write("sys/fs/other/memory.max", "1\n");
        write("sys/fs/cgroup/memory.max", "400\n");
        assertEquals(OptionalLong.of(400), MemoryLimit.under(root));
    }

    @Test
    void readsVersionOne() throws IOException {
        write("proc/self/cgroup", "5:devices:/x\n4:cpu,memory:/docker/abc\n0::/\n");
        write("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "500\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        assertEquals(OptionalLong.of(500), MemoryLimit.under(root));
    }

    @Test
    void versionOnesHugeNumberIsNone() throws IOException {
        write("proc/self/cgroup", "4:memory:/\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        assertEquals(OptionalLong.empty(), MemoryLimit.under(root));
    }

    @Test
    void whatCannotBeReadIsNone() throws IOException {
        write("proc/self/cgroup", "nonsense\n0::/\n");
        write("sys/fs/cgroup/memory.max", "\n");
        assertEquals(OptionalLong.empty(), MemoryLimit.under(root));
    }

    @Test
    void leftIsWhatNobodyElseUsesInAContainer() throws IOException {
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/memory.max", "200000\n");
        write("sys/fs/cgroup/memory.current", "150000\n");
        assertEquals(OptionalLong.of(50000), MemoryLimit.left(root));

        write("sys/fs/cgroup/memory.stat", "anon 9\nactive_file 7\ninactive_file 30000\n");
        assertEquals(OptionalLong.of(80000), MemoryLimit.left(root), "files that were read once can be dropped");

        write("proc/self/status", "Name:\tjava\nRssAnon:\t      10 kB\nRssFile:\t 99 kB\n");
        assertEquals(OptionalLong.of(80000 + 10240), MemoryLimit.left(root), "and our own memory is counted already");
    }

    @Test
    void leftIsOfTheTightestGroupOnTheWayUp() throws IOException {
        write("proc/self/cgroup", "0::/pod/container\n");
        write("sys/fs/cgroup/pod/container/memory.max", "max\n");
        write("sys/fs/cgroup/pod/container/memory.current", "70\n");
        write("sys/fs/cgroup/pod/memory.max", "100\n");
        write("sys/fs/cgroup/pod/memory.current", "90\n");
        write("sys/fs/cgroup/memory.max", "1000\n");
        write("sys/fs/cgroup/memory.current", "200\n");
        assertEquals(OptionalLong.of(10), MemoryLimit.left(root));
    }

    @Test
    void leftIsReadFromVersionOneToo() throws IOException {
        write("proc/self/cgroup", "4:memory:/docker/abc\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "500\n");
        write("sys/fs/cgroup/memory/memory.usage_in_bytes", "400\n");
        write("sys/fs/cgroup/memory/memory.stat", "inactive_file 1\ntotal_inactive_file 50\n");
        assertEquals(OptionalLong.of(150), MemoryLimit.left(root));
    }

    @Test
    void leftIsUnknownWithoutALimit() throws IOException {
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/memory.max", "max\n");
        write("sys/fs/cgroup/memory.current", "70\n");
        assertEquals(OptionalLong.empty(), MemoryLimit.left(root));
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
