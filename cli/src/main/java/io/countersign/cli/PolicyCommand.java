package io.countersign.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code countersign policy}: what can be done with a resource policy before it is used. */
@Command(name = "policy", description = "Test, check, import and export resource policies of API Gateway.")
final class PolicyCommand {
    private PolicyCommand() {}

    static CommandLine of(Console console) {
        return new CommandLine(new PolicyCommand())
                .addSubcommand(new PolicyTestCommand(console))
                .addSubcommand(new PolicyLintCommand(console))
                .addSubcommand(new PolicyImportCommand(console))
                .addSubcommand(new PolicyExportCommand(console));
    }
}
