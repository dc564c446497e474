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

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
