package io.countersign.cli;

import io.countersign.cli.convert.SigV4ProxyOptions;
import java.util.Set;
import picocli.CommandLine;

/** Arguments that are meant for awslabs/aws-sigv4-proxy, in whose place the program runs: manifests of it have no command, only flags. */
final class SigV4ProxyName {
    private static final String NAME = "aws-sigv4-proxy";
    private static final String COMMAND = "sigv4-proxy";

    private SigV4ProxyName() {}

    /** The same as arguments of {@code countersign}: for those that begin with a flag of the other, or with its name. */
    static String[] resolve(String... arguments) {
        if (arguments.length == 0) {
            return arguments;
        }
        String first = arguments[0];
        if (first.equals(NAME) || first.endsWith("/" + NAME)) {
            String[] all = arguments.clone();
            all[0] = COMMAND;
            return all;
        }
        if (!first.startsWith("-") || !isFlag(first)) {
            return arguments;
        }
        String[] all = new String[arguments.length + 1];
        all[0] = COMMAND;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return all;
    }

    private static boolean isFlag(String argument) {
        Set<String> names = new CommandLine(new SigV4ProxyOptions())
                .getCommandSpec()
                .optionsMap()
                .keySet();
        String name = argument.contains("=") ? argument.substring(0, argument.indexOf('=')) : argument;
        // A value may follow a short name at once: -sAuthorization.
        boolean attached = !name.startsWith("--") && name.length() > 2 && names.contains(name.substring(0, 2));
        return names.contains(name) || attached;
    }
}
