package io.countersign.cli;

import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What was meant by arguments that a command does not take. */
final class UsageHint {
    private UsageHint() {}

    static Optional<String> of(ParameterException wrong) {
        if (!(wrong instanceof UnmatchedArgumentException unmatched)) {
            return Optional.empty();
        }
        CommandLine at = wrong.getCommandLine();
        if (at.getCommandName().equals("convert")) {
            return Optional.of("To convert flags, write the flags after two dashes: --from PROGRAM -- FLAGS");
        }
        return unmatched.getUnmatched().stream()
                .filter(argument -> isConfiguration(argument) && takesConfiguration(at))
                .findFirst()
                .map(file -> "To name a configuration, write --config " + file);
    }

    private static boolean takesConfiguration(CommandLine at) {
        return at.getCommandSpec().findOption("--config") != null;
    }

    private static boolean isConfiguration(String argument) {
        return argument.toLowerCase(Locale.ROOT).matches("[^-].*\\.(?:conf|hocon|json|ya?ml)");
    }
}
