package io.countersign.cli;

import io.countersign.cli.replay.Replay;
import io.countersign.cli.replay.ReplayReport;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.settings.ProxyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign replay}: past calls, judged by a configuration that is not in force yet. */
@Command(
        name = "replay",
        description =
                "Say which past calls a new configuration would deny, send elsewhere or find too large, and which it"
                        + " would let through that were refused. Connects to nothing, but for lists that are fetched.",
        footer = {
            "",
            "Reads the access log of log.access = all, and the calls that a gateway keeps below state.dir: both have one form.",
            "Exits with 1 when calls would be denied, sent elsewhere or found too large, 2 when usage or configuration is wrong."
        })
final class ReplayCommand implements Callable<Integer> {
    private static final long PROGRESS_MILLIS = 5_000;

    private final Console console;
    private long readBytes;
    private long saidMillis;

    @Option(
            names = "--calls",
            required = true,
            paramLabel = "FILE",
            description =
                    "A log of calls, plain or compressed by gzip; - for standard input. May be given several times.")
    private List<String> logs = List.of();

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    @Mixin
    private OutputForm output = new OutputForm();

    ReplayCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        for (String log : logs) {
            if (!log.equals("-") && (!Files.isReadable(Path.of(log)) || Files.isDirectory(Path.of(log)))) {
                throw CommandFailure.wrong("replay: --calls " + log + " can't be read");
            }
        }
        ProxyConfig loaded = config.loadWithLists(console.environment()).config();
        try {
            saidMillis = System.currentTimeMillis();
            Replay replay = new Replay(loaded, Clock.systemUTC(), this::progress);
            for (String log : logs) {
                read(replay, log);
            }
            Replay.Outcome outcome = replay.outcome();
            if (output.isJson()) {
                console.out().println(ReplayReport.json(outcome));
            } else {
                ReplayReport.print(outcome, console.out());
            }
            if (outcome.isEmpty()) {
                throw CommandFailure.wrong(
                        "replay: no line of these files is of a call; name an access log of log.access = all,"
                                + " or the files in calls/ below a gateway's state.dir");
            }
            return outcome.isHarmless() ? 0 : CommandFailure.FAILED;
        } catch (StartFailure e) {
            throw CommandFailure.of(e);
        }
    }

    private void read(Replay replay, String log) throws CommandFailure {
        try {
            if (log.equals("-")) {
                replay.add(console.in());
            } else {
                replay.add(Path.of(log));
            }
        } catch (IOException e) {
            throw CommandFailure.failed("replay: " + log + ": " + (e.getMessage() == null ? e : e.getMessage()));
        }
    }

    private void progress(long bytes) {
        readBytes += bytes;
        long now = System.currentTimeMillis();
        if (now - saidMillis >= PROGRESS_MILLIS) {
            saidMillis = now;
            console.err().println("replay: " + (readBytes >> 20) + " MiB read");
        }
    }
}
