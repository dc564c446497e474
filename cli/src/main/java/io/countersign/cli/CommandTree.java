package io.countersign.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Names the subcommands and turns what they throw into exit codes: 0 done, 1 failed, 2 wrong usage or configuration. */
@Command(
        name = "countersign",
        description = "A signing reverse proxy: unsigned HTTP in, AWS Signature Version 4 out.",
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT, // every command has --help
        versionProvider = CommandTree.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage or configuration"})
final class CommandTree {
    private CommandTree() {}

    static int execute(Console console, String... arguments) {
        CommandLine line = new CommandLine(new CommandTree());
        line.addSubcommand(new RunCommand(console));
        line.addSubcommand(new CheckCommand(console));
        line.addSubcommand(new RulesCommand(console));
        line.addSubcommand(new SignCommand(console));
        line.addSubcommand(new SendCommand(console));
        if (CommandTree.class.getResource("/io/countersign/standin/StandIn.class")
                != null) { // the container leaves it out
            line.addSubcommand(new DemoCommand(console));
            line.addSubcommand(new StandInCommand(console));
        }
        line.addSubcommand(new TrainCommand());
        line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        line.setUsageHelpWidth(110);
        line.setExecutionExceptionHandler((thrown, command, parsed) -> report(console, thrown));
        line.setParameterExceptionHandler((wrong, given) -> {
            CommandLine at = wrong.getCommandLine();
            console.err().println(wrong.getMessage());
            CommandLine.UnmatchedArgumentException.printSuggestions(wrong, at.getErr());
            console.err().println("See '" + at.getCommandSpec().qualifiedName() + " --help'.");
            return CommandFailure.WRONG;
        });
        return line.execute(arguments);
    }

    private static int report(Console console, Exception thrown) throws Exception {
        if (thrown instanceof CommandFailure failure) {
            return failure.report(console);
        }
        throw thrown;
    }

    /** From the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"countersign " + io.countersign.proxy.Version.TEXT};
        }
    }
}
