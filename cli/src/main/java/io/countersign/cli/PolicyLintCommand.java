package io.countersign.cli;

import io.countersign.cli.report.JsonWriter;
import io.countersign.proxy.policy.PolicyLint;
import io.countersign.proxy.policy.Remark;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private OutputForm output = new OutputForm();

    PolicyLintCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        List<Remark> remarks = PolicyLint.of(PolicyFile.read(file));
        if (output.isJson()) {
            JsonWriter.print(
                    remarks.stream()
                            .map(remark -> JsonWriter.object(
                                    "kind",
                                    remark.kind().name().toLowerCase(Locale.ROOT),
                                    "where",
                                    remark.file() + ":" + remark.at(),
                                    "what",
                                    remark.what())),
                    console.out());
        } else {
            remarks.forEach(console.out()::println);
        }
        return remarks.stream().anyMatch(remark -> remark.kind() == Remark.Kind.WARNING) ? CommandFailure.FAILED : 0;
    }
}
