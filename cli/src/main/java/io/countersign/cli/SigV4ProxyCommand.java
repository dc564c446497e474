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

/** {@code countersign sigv4-proxy}: the proxy, with the flags of another one. */
@Command(
        name = "sigv4-proxy",
        description = "Run the proxy in place of awslabs/aws-sigv4-proxy, with the same flags.",
        footer = {
            "",
            "It also runs when the first argument is one of these flags, or the command's name is aws-sigv4-proxy. At",
            "start it prints what it does differently, and why. Variables (COUNTERSIGN_...) set whatever has no flag, and",
            "countersign convert --from aws-sigv4-proxy -- FLAGS prints the same as a configuration."
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
            console.err().println("countersign: running in place of aws-sigv4-proxy, with these differences:");
            conversion.differences().forEach(difference -> console.err().println("  " + difference));
        }
        Map<String, String> environment = new HashMap<>(console.environment());
        environment.putAll(conversion.variables());
        return new Serving(console)
                .run(HoconSource.text(conversion.text(), Path.of("").toAbsolutePath(), environment)
                        .named("flags as a configuration"));
    }
}
