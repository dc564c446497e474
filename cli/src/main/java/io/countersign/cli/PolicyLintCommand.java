package io.countersign.cli;

import io.countersign.proxy.policy.PolicyLint;
import io.countersign.proxy.policy.Remark;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code countersign policy lint}: what in a policy can't mean what it says. */
@Command(
        name = "lint",
        description = "Check a policy, and say what in it can't mean what it says.",
        footer = {
            "",
            "Exits with 1 when there is a warning, and with 2 when the policy is wrong. Notes change no exit code."
        })
final class PolicyLintCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "FILE", description = "The policy, as JSON.")
    private Path file;

    PolicyLintCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        List<Remark> remarks = PolicyLint.of(PolicyFile.read(file));
        remarks.forEach(console.out()::println);
        return remarks.stream().anyMatch(remark -> remark.kind() == Remark.Kind.WARNING) ? CommandFailure.FAILED : 0;
    }
}
