package io.countersign.proxy.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The steps by which a Unix socket comes to its place. */
class SocketFileTest {
    private Path folder;
    private Path path;

    @BeforeEach
    void makeFolder() throws IOException {
        // Short, unlike the folders of JUnit: a system takes 107 bytes for the path of a socket.
        folder = Files.createTempDirectory("cs");
        path = folder.resolve("http.sock");
    }

    @AfterEach
    void removeFolder() throws IOException {
        for (Path file : files()) {
            Files.delete(file);
        }
        Files.delete(folder);
    }

    @Test
    void nobodyElseReachesItBeforeItHasItsMode() throws IOException {
        SocketFile file = SocketFile.prepare(bind("rw-rw-rw-"));
        try (ServerSocketChannel listening = listen(file.unpublished())) {
            Path first = file.unpublished().getPath();
            assertEquals("rwx------", mode(first.getParent()));
            assertFalse(Files.exists(path));

            file.publish();
            assertEquals("rw-rw-rw-", mode(path));
            assertEquals(List.of(path), files(), "the folder that it was made in is gone");
            assertTrue(listening.isOpen());
            file.remove();
            assertEquals(List.of(), files());
        }
    }

    @Test
    void doesNotTakeThePlaceOfASocketThatHasComeMeanwhile() throws IOException {
        listen(UnixDomainSocketAddress.of(path)).close(); // a stale one
        SocketFile late = SocketFile.prepare(bind("rw-------"));
        SocketFile early = SocketFile.prepare(bind("rw-rw----"));
        try (ServerSocketChannel one = listen(early.unpublished());
                ServerSocketChannel other = listen(late.unpublished())) {
            early.publish();
            IOException refused = assertThrows(IOException.class, late::publish);
            assertTrue(refused.getMessage().contains("has begun to listen there just now"), refused.getMessage());

            late.remove();
            assertEquals("rw-rw----", mode(path), "the earlier one's is still there");
            assertTrue(one.isOpen() && other.isOpen());
        }
        early.remove();
    }

    @Test
    void leavesNothingBehindWhenItIsNotPublished() throws IOException {
        SocketFile file = SocketFile.prepare(bind("rw-------"));
        listen(file.unpublished()).close();
        file.remove();

        assertEquals(List.of(), files());
    }

    @Test
    void countsTheBytesOfBothPaths() {
        assertEquals(0, SocketFile.excessBytes(Path.of("/run/" + "x".repeat(102))));
        assertEquals(1, SocketFile.excessBytes(Path.of("/run/" + "x".repeat(103))));
        // Under a short name it is the folder beside it that counts, with twelve bytes after the parent's.
        assertEquals(0, SocketFile.excessBytes(Path.of("/" + "d".repeat(94) + "/s")));
        assertEquals(1, SocketFile.excessBytes(Path.of("/" + "d".repeat(95) + "/s")));
    }

    private Bind.Unix bind(String mode) {
        return new Bind.Unix(path, PosixFilePermissions.fromString(mode), Optional.empty());
    }

    private static ServerSocketChannel listen(UnixDomainSocketAddress address) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }
}
