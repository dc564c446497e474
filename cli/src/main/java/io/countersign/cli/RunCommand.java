package io.countersign.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code countersign run}: the proxy, until a signal ends it. */
@Command(
        name = "run",
        description = "Run the proxy.",
        footer = {
            "",
            "SIGTERM and SIGINT let running requests end, go on accepting until no more come (drain.max at most), and exit",
            "with 0; a second SIGINT exits at once. SIGHUP rereads configuration and lists."
        })
final class RunCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    RunCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        return new Serving(console).run(config.source(console.environment()));
    }
}
