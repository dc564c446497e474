package io.countersign.gateway.command;

import io.countersign.gateway.identity.Role;
import io.countersign.gateway.identity.Token;
import io.countersign.gateway.identity.TokensFile;
import io.countersign.proxy.config.Until;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code countersign token add}: the secret goes to standard output, once, alone on its line. */
@Command(
        name = "add",
        description = "Make a token, and print it once.",
        footer = {
            "",
            "Makes the file where there is none, for its owner alone. Give the token to its holder through a file or a",
            "variable, not on a command line, which other users of a machine can read."
        })
final class TokenAddCommand extends TokenCommand {
    private final Clock clock = Clock.systemUTC();

    @Parameters(index = "0", paramLabel = "NAME", description = "What logs, metrics and tenants call its holder.")
    private String name;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            converter = RoleWord.class,
            description = "For the console, and for it alone: viewer, approver or admin.")
    private Optional<Role> role = Optional.empty();

    @Option(
            names = "--until",
            paramLabel = "WHEN",
            description =
                    "When it ends: a date, good to its end in UTC, a time such as 2027-01-31T12:00:00Z, or a duration from now"
                            + " such as 8h or \"30 days\".")
    private Optional<String> until = Optional.empty();

    TokenAddCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    protected void run() throws Failure {
        if (!Token.isName(name)) {
            throw usage("a token's name has " + Token.NAMES);
        }
        Token token = new Token(name, role, until());
        withFile(file -> {
            TokensFile.Added added = file.add(token, new SecureRandom());
            print(added.secret());
            if (!printed()) {
                file.remove(name);
                throw Failure.failed("the token could not be printed, and was removed again");
            }
            note(added.where() + ": added " + name
                    + "; the token is shown this once, and the file has only its SHA-256");
        });
    }

    private Optional<Instant> until() {
        try {
            return until.map(text -> Until.parse(text, clock.instant()));
        } catch (IllegalArgumentException e) {
            throw usage("--until " + e.getMessage());
        }
    }

    /** As the file has it. */
    static final class RoleWord implements ITypeConverter<Role> {
        @Override
        public Role convert(String word) {
            return Role.of(word)
                    .orElseThrow(() ->
                            new TypeConversionException("'" + word + "' is not a role; write one of " + Role.words()));
        }
    }
}
