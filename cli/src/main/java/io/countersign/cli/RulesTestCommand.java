package io.countersign.cli;

import io.countersign.proxy.access.Verdict;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code countersign rules test}: whether an address may call, and by which line. */
@Command(
        name = "test",
        description = "Say whether an address may call, by which line of which list, and that line's comment.",
        footer = {
            "",
            "Exits with 0 when it is allowed, 1 when it is denied, 2 when it is not an address. Policies are tried with"
                    + " countersign policy test."
        })
final class RulesTestCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    @Parameters(index = "0", paramLabel = "ADDRESS", description = "IPv4 or IPv6.")
    private String address;

    RulesTestCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        Verdict verdict =
                config.load(console.environment()).config().access().rules().decide(RulesCommand.parse(address));
        console.out().println(RulesCommand.text(verdict));
        return verdict instanceof Verdict.Denied ? CommandFailure.FAILED : 0;
    }
}
