package io.countersign.cli.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Ends a child process, or removes a folder, when this one ends, however it does: no shutdown hook runs on SIGKILL, and an agent that lives on would
 * send to whatever listens on the proxy's address next.
 *
 * <p>A shell waits for the end of a pipe whose other end only this process holds. While this one lives, the child is ours to
 * stop.
 */
public final class Leash {
    /** The child may be a zombie that nobody collects, so there is an end to the wait before its folder is removed. */
    private static final String SCRIPT = """
            trap '' HUP INT TERM
            read -r _
            kill -9 "$1" || exit 0
            for tries in 1 2 3 4 5 6 7 8 9 10; do
                kill -0 "$1" && sleep 0.1
            done
            shift
            [ $# -eq 0 ] || rm -rf -- "$@"
            """;

    private static final String REMOVE = """
            trap '' HUP INT TERM
            read -r _
            rm -rf -- "$1"
            """;

    private final Process shell;

    private Leash(Process shell) {
        this.shell = shell;
    }

    /** Removes {@code folder} when this process ends, unless the leash is taken off before. */
    static Leash tie(Path folder) throws IOException {
        return new Leash(start(new ProcessBuilder("sh", "-c", REMOVE, "leash", folder.toString())));
    }

    /** What it is for is done. */
    void takeOff() {
        shell.destroyForcibly(); // not by SIGTERM, which it ignores
    }

    private static Process start(ProcessBuilder shell) throws IOException {
        return shell.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /**
     * Ties {@code child} to this process.
     *
     * @param folders removed when the child had to be killed; else they are the caller's to remove
     */
    public static void tie(Process child, Path... folders) throws IOException {
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", SCRIPT, "leash", Long.toString(child.pid()));
        List.of(folders).forEach(folder -> shell.command().add(folder.toString()));
        Process leash = start(shell);
        // Not for SIGTERM, which it ignores: the number of a process that has ended may soon be another's.
        child.onExit().thenRun(leash::destroyForcibly);
    }
}
