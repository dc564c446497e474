package io.countersign.cli;

import io.countersign.cli.convert.Conversion;
import io.countersign.cli.convert.FromSigV4Proxy;
import io.countersign.cli.convert.Machine;
import io.countersign.cli.convert.SigV4ProxyOptions;
import io.countersign.proxy.settings.HoconSource;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign sigv4-proxy}: the proxy, by the flags of another one. */
@Command(
        name = "sigv4-proxy",
        description = "Run the proxy in the place of awslabs/aws-sigv4-proxy, by that one's flags.",
        footer = {
            "",
            "Also what runs when the first argument is one of these flags, or the command's name is aws-sigv4-proxy. What acts",
            "in another way is printed at start, with the reason. Variables (COUNTERSIGN_...) set all that no flag does, and",
            "countersign convert --from aws-sigv4-proxy -- FLAGS prints the configuration that the flags equal."
        })
final class SigV4ProxyCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private SigV4ProxyOptions flags = new SigV4ProxyOptions();

    @Option(names = "--quiet", description = "Not of aws-sigv4-proxy: don't print the differences.")
    private boolean quiet;

    SigV4ProxyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        Conversion conversion;
        try {
            conversion = FromSigV4Proxy.of(flags, Machine.here(), console.environment());
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrong("sigv4-proxy: " + e.getMessage());
        }
        if (!quiet) {
            console.err().println("countersign: in the place of aws-sigv4-proxy, from which it differs in this:");
            conversion.differences().forEach(difference -> console.err().println("  " + difference));
        }
        Map<String, String> environment = new HashMap<>(console.environment());
        environment.putAll(conversion.variables());
        return new Serving(console)
                .run(HoconSource.text(conversion.text(), Path.of("").toAbsolutePath(), environment));
    }
}
