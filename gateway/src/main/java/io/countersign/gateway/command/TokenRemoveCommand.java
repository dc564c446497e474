package io.countersign.gateway.command;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code countersign token remove}. */
@Command(
        name = "remove",
        description = "Remove a token: who presents it is refused from then on, on open connections too.")
final class TokenRemoveCommand extends TokenCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "As countersign token list shows it.")
    private String name;

    TokenRemoveCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    protected void run() throws Failure {
        withFile(file -> note(file.remove(name) + ": removed " + name));
    }
}
