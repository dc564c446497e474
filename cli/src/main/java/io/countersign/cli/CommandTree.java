package io.countersign.cli;

import io.countersign.proxy.Extension;
import io.countersign.proxy.secrets.Printable;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
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
        line.addSubcommand(new SigV4ProxyCommand(console));
        line.addSubcommand(new ConvertCommand(console));
        line.addSubcommand(new CheckCommand(console));
        line.addSubcommand(new SchemaCommand(console));
        line.addSubcommand(RulesCommand.of(console));
        line.addSubcommand(PolicyCommand.of(console));
        line.addSubcommand(new ReplayCommand(console));
        line.addSubcommand(new SignCommand(console));
        line.addSubcommand(new SendCommand(console));
        if (CommandTree.class.getResource("/io/countersign/standin/StandIn.class")
                != null) { // the container leaves it out
            line.addSubcommand(new DemoCommand(console));
            line.addSubcommand(new StandInCommand(console));
        }
        line.addSubcommand(new CompletionCommand(console));
        line.addSubcommand(new TrainCommand(console));
        Extension.installed().stream()
                .flatMap(extension -> extension.commands(console.environment()).stream())
                .forEach(line::addSubcommand);
        line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        line.setUsageHelpWidth(110);
        line.setExecutionExceptionHandler((thrown, command, parsed) -> report(console, thrown));
        line.setParameterExceptionHandler((wrong, given) -> {
            CommandLine at = wrong.getCommandLine();
            wrong.getMessage().lines().map(Printable::of).forEach(console.err()::println); // it quotes what was typed
            CommandLine.UnmatchedArgumentException.printSuggestions(wrong, at.getErr());
            UsageHint.of(wrong).map(Printable::of).ifPresent(console.err()::println);
            console.err().println("See '" + at.getCommandSpec().qualifiedName() + " --help'.");
            return CommandFailure.WRONG;
        });
        return line.execute(helpAsOption(arguments));
    }

    /** {@code help} and {@code help COMMAND}, as other tools have it, for {@code --help}. */
    private static String[] helpAsOption(String... arguments) {
        if (arguments.length == 0 || !arguments[0].equals("help")) {
            return arguments;
        }
        String[] asOption = Arrays.copyOfRange(arguments, 1, arguments.length + 1);
        asOption[arguments.length - 1] = "--help";
        return asOption;
    }

    private static int report(Console console, Exception thrown) throws Exception {
        if (thrown instanceof CommandFailure failure) {
            return failure.report(console);
        }
        if (thrown instanceof InvalidPathException noFileName) {
            console.err()
                    .println("'" + noFileName.getInput() + "' can't be a file's name here: " + noFileName.getReason()
                            + "; outside ASCII that takes a UTF-8 locale, such as LC_ALL=C.UTF-8");
            return CommandFailure.WRONG;
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
