package io.countersign.cli;

import io.countersign.proxy.limit.MemoryLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Keeps a command that someone starts in a proxy's own container from getting that proxy killed: the kernel, when the memory limit
 * is reached, ends the process that takes most.
 */
final class RoomToStart {
    /** What a command takes: a JVM, its classes, and some heap. */
    private static final long NEEDED_MIB = 96;

    /** The first to be killed (proc(5), {@code oom_score_adj}). */
    private static final String FIRST = "1000";

    private RoomToStart() {}

    /** @param root the folder to take for {@code /} */
    static void demand(Path root) throws CommandFailure {
        beTheFirstToBeKilled(root);
        OptionalLong left = MemoryLimit.left(root);
        if (left.isPresent() && left.getAsLong() >> 20 < NEEDED_MIB) {
            throw CommandFailure.failed("not started: this control group has " + Math.max(left.getAsLong() >> 20, 0)
                    + " MiB of memory left, and a command may take " + NEEDED_MIB
                    + ", which could get a proxy that runs here killed. Run it outside of this container: pending, calls and explain"
                    + " reach a running gateway from anywhere with --server URL or unix:PATH, and the others need only the"
                    + " same files in a container of their own. Or raise the memory limit");
        }
    }

    private static void beTheFirstToBeKilled(Path root) {
        Path score = root.resolve("proc/self/oom_score_adj");
        try {
            if (Files.isWritable(score)) {
                Files.writeString(score, FIRST);
            }
        } catch (IOException e) {
            // Where the system keeps us from it, the question of what is left remains.
        }
    }
}
