package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomToStartTest {
    private static final long MIB = 1L << 20;

    @TempDir
    Path root;

    @Test
    void refusesToStartWhereAProxyCouldBeKilledForIt() throws Exception {
        limit(256 * MIB, 161 * MIB);
        CommandFailure failure = assertThrows(CommandFailure.class, () -> RoomToStart.demand(root));
        assertTrue(failure.getMessage().contains("95 MiB of memory left"), failure.getMessage());
        assertTrue(failure.getMessage().contains("--server URL or unix:PATH"), failure.getMessage());

        limit(256 * MIB, 160 * MIB);
        assertDoesNotThrow(() -> RoomToStart.demand(root));
    }

    @Test
    void startsWhereNothingLimitsMemory() {
        assertDoesNotThrow(() -> RoomToStart.demand(root));
    }

    @Test
    void isKilledBeforeTheProxy() throws Exception {
        write("proc/self/oom_score_adj", "0\n");
        RoomToStart.demand(root);
        assertEquals("1000", Files.readString(root.resolve("proc/self/oom_score_adj")));
    }

    @Test
    void aProxyIsStartedWhateverIsLeft() {
        assertTrue(Main.serves("run", "--config", "x"));
        assertFalse(Main.serves("check", "--config", "x"));
        assertFalse(Main.serves("--version"));
        assertFalse(Main.serves());
    }

    private void limit(long limit, long used) throws IOException {
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/memory.max", limit + "\n");
        write("sys/fs/cgroup/memory.current", used + "\n");
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
