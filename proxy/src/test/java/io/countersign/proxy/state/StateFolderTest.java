package io.countersign.proxy.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.state.StateFolder.StateFault;
import io.countersign.proxy.state.StateFolder.StateFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateFolderTest {
    @TempDir
    Path above;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void isForItsUserAlone() throws Exception {
        Path folder = above.resolve("state");
        try (StateFolder state = StateFolder.open(folder)) {
            state.file("counters.json", 10).replace(bytes("{}"));
            assertEquals("rwx------", mode(folder));
            assertEquals("rw-------", mode(folder.resolve("counters.json")));
            assertEquals("rw-------", mode(folder.resolve("lock")));
        }
    }

    @Test
    void keepsWhatWasWrittenForTheNextProcess() throws Exception {
        try (StateFolder state = StateFolder.open(above.resolve("state"))) {
            StateFile file = state.file("counters.json", 10);
            assertEquals(Optional.empty(), file.read());
            file.replace(bytes("first"));
            file.replace(bytes("2"));
        }
        try (StateFolder state = StateFolder.open(above.resolve("state"))) {
            assertArrayEquals(bytes("2"), state.file("counters.json", 10).read().orElseThrow());
        }
    }

    @Test
    void isTakenByOneProcessAtATime() throws Exception {
        Path folder = above.resolve("state");
        try (StateFolder state = StateFolder.open(folder)) {
            state.file("counters.json", 10).replace(bytes("ours"));
            try (Other other = new Other(folder)) {
                assertFalse(other.hasTheLock);
            }
        }
        try (Other other = new Other(folder)) {
            assertTrue(other.hasTheLock);
            assertEquals(
                    folder + " is in use by another process; give each process a folder of its own", fault(folder));
        }
        StateFolder.open(folder).close();
    }

    /** Another process, which tries to take the lock and keeps it. */
    private static final class Other implements AutoCloseable {
        private static final String PROGRAM = """
                import java.nio.channels.FileChannel;
                import java.nio.file.*;

                class Other {
                    public static void main(String[] arguments) throws Exception {
                        FileChannel file = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE);
                        System.out.println(file.tryLock() == null ? "no" : "yes");
                        System.in.read();
                    }
                }
                """;

        private final Process process;
        private final boolean hasTheLock;

        Other(Path folder) throws IOException {
            Path program = Files.writeString(folder.resolve("Other.java"), PROGRAM);
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            program.toString(),
                            folder.resolve("lock").toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            hasTheLock = "yes".equals(process.inputReader().readLine());
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }

    /** Killed in the middle of a write: what it left is not taken for content, and is out of the next one's way. */
    @Test
    void whatACrashLeftBehindIsNeitherReadNorInTheWay() throws Exception {
        Path folder = above.resolve("state");
        try (StateFolder state = StateFolder.open(folder)) {
            StateFile file = state.file("counters.json", 10);
            file.replace(bytes("whole"));
            Files.writeString(folder.resolve("counters.json.unfinished"), "ha");
            assertArrayEquals(bytes("whole"), file.read().orElseThrow());
            file.replace(bytes("next"));
            assertArrayEquals(bytes("next"), file.read().orElseThrow());
            assertFalse(Files.exists(folder.resolve("counters.json.unfinished")));
        }
    }

    @Test
    void sizesAreBounded() throws Exception {
        Path folder = above.resolve("state");
        try (StateFolder state = StateFolder.open(folder)) {
            StateFile file = state.file("counters.json", 4);
            file.replace(bytes("four"));
            assertThrows(IllegalArgumentException.class, () -> file.replace(bytes("fives")));
            assertArrayEquals(bytes("four"), file.read().orElseThrow());
            Files.writeString(folder.resolve("counters.json"), "fives");
            StateFault fault = assertThrows(StateFault.class, file::read);
            assertTrue(fault.getMessage().contains("has 5 bytes and may have 4"), fault.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../x", "a/b", "/etc/passwd", "lock", ".hidden", "A", "a.unfinished.x", "a b"})
    void namesStayWithinTheFolder(String name) throws Exception {
        try (StateFolder state = StateFolder.open(above.resolve("state"))) {
            assertThrows(IllegalArgumentException.class, () -> state.file(name, 1));
        }
    }

    /** Somebody else's link must not make us read or overwrite what it points to. */
    @Test
    void linksAreNotFollowed() throws Exception {
        Path folder = above.resolve("state");
        Path target = Files.writeString(above.resolve("target"), "theirs");
        try (StateFolder state = StateFolder.open(folder)) {
            Files.createSymbolicLink(folder.resolve("counters.json"), target);
            Files.createSymbolicLink(folder.resolve("counters.json.unfinished"), target);
            StateFile file = state.file("counters.json", 10);
            assertThrows(StateFault.class, file::read);
            file.replace(bytes("ours"));
            assertEquals("theirs", Files.readString(target));
            assertArrayEquals(bytes("ours"), file.read().orElseThrow());
        }
    }

    @Test
    void saysWhatIsWrongWithAFolder() throws Exception {
        Path file = Files.writeString(above.resolve("file"), "");
        assertEquals(file + " is not a folder", fault(file));
        assertEquals(above.resolve("none") + " does not exist; create it first", fault(above.resolve("none/state")));
        // Where even root may not write.
        Path proc = Path.of("/proc/self");
        assertTrue(fault(proc).startsWith("cannot write to /proc/self: "), fault(proc));
    }

    private static String fault(Path folder) {
        return assertThrows(StateFault.class, () -> StateFolder.open(folder)).getMessage();
    }
}
