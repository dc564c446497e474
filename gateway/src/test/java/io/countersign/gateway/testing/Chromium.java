package io.countersign.gateway.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real browser without a window, which asks nobody on its own account. */
public final class Chromium {
    private Chromium() {}

    /**
     * The command that starts it; what it prints is thrown away.
     *
     * @param profile a folder of its own; once it listens for a debugger, the file {@code DevToolsActivePort} there names the port
     * @param further options, and the page that it opens
     */
    public static ProcessBuilder command(Path profile, String... further) {
        List<String> command = new ArrayList<>(List.of(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile));
        command.addAll(List.of(further));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    }
}
