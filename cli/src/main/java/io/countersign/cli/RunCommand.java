package io.countersign.cli;

import io.countersign.proxy.Extension;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

    @Option(
            names = "--console",
            paramLabel = "HOST:PORT",
            arity = "0..1",
            fallbackValue = "127.0.0.1:8007",
            description = "Serve the console (of the gateway) there, and print a token for this run on standard error;"
                    + " without a value on ${FALLBACK-VALUE}.")
    private Optional<String> consoleBind = Optional.empty();

    RunCommand(Console console) {
        this.console = console;
    }

    /** With the settings that the option stands for, as variables: they lie over what a file says. */
    private Map<String, String> environment() throws CommandFailure {
        if (consoleBind.isEmpty()) {
            return console.environment();
        }
        if (Extension.installed().stream().noneMatch(each -> each.name().equals("gateway"))) {
            throw CommandFailure.wrong(
                    "--console: the gateway is not installed here; run the image countersign-gateway");
        }
        Map<String, String> environment = new HashMap<>(console.environment());
        environment.put("COUNTERSIGN_CONSOLE_BIND", consoleBind.get());
        environment.put("COUNTERSIGN_CONSOLE_TOKEN_FOR_THIS_RUN", "true");
        return environment;
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        return new Serving(console).run(config.source(environment()));
    }
}
