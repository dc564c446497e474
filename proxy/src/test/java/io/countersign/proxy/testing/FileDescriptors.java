package io.countersign.proxy.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        Await.until("open sockets back to " + before, () -> sockets() <= before);
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
