package io.countersign.gateway.command;

import io.countersign.gateway.identity.Role;
import io.countersign.gateway.identity.Token;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code countersign token list}: names, roles and ends; there is nothing else to show. */
@Command(name = "list", description = "List the tokens by name, with what they are for and when they end.")
final class TokenListCommand extends TokenCommand {
    private final Clock clock = Clock.systemUTC();

    TokenListCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    protected void run() throws Failure {
        withFile(file -> print(file.read().tokens()));
    }

    private void print(List<Token> tokens) {
        Instant now = clock.instant();
        int width =
                tokens.stream().mapToInt(token -> token.name().length()).max().orElse(0);
        tokens.forEach(token -> print(pad(token.name(), width) + "  "
                + pad(token.role().map(Role::word).orElse("caller"), "approver".length())
                + "  " + token.until().map(until -> "until " + until).orElse("without end")
                + (token.hasEnded(now) ? " (ended)" : "")));
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
