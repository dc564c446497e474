package io.countersign.proxy.testing;

import io.countersign.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How many sockets this process has open, by Linux's own account. */
public final class FileDescriptors {
    private FileDescriptors() {}

    /** Sockets alone: class loading and logging open and close files as they please. */
    public static long sockets() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(FileDescriptors::isSocket).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until there are no more than there were. */
    public static void awaitAtMost(long before) {
        try {
            Await.until("open sockets back to " + before, () -> sockets() <= before);
        } catch (AssertionError tooMany) {
            throw new AssertionError(
                    tooMany.getMessage() + "; there are " + sockets() + ":\n" + connections(), tooMany);
        }
    }

    /** Addresses and states, as the kernel has them for our inodes; hexadecimal. */
    private static String connections() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            List<String> inodes = open.filter(FileDescriptors::isSocket)
                    .map(FileDescriptors::inode)
                    .toList();
            StringBuilder found = new StringBuilder();
            for (String table : List.of("tcp", "tcp6", "unix")) {
                for (String line : Files.readAllLines(Path.of("/proc/self/net/" + table))) {
                    if (inodes.stream().anyMatch(inode -> (line + " ").contains(" " + inode + " "))) {
                        found.append(table).append(line).append('\n');
                    }
                }
            }
            return found.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String inode(Path descriptor) {
        try {
            String link = Files.readSymbolicLink(descriptor).toString();
            return link.substring("socket:[".length(), link.length() - 1);
        } catch (IOException closedMeanwhile) {
            return "none";
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
