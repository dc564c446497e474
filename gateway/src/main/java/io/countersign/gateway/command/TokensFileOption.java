package io.countersign.gateway.command;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which tokens file is meant: the option, or the variable that names it for the gateway too. */
final class TokensFileOption {
    static final String VARIABLE = "COUNTERSIGN_TOKENS_FILE";

    @Option(
            names = "--tokens-file",
            paramLabel = "FILE",
            description = "The tokens file; else the one that " + VARIABLE + " names.")
    private Optional<Path> file = Optional.empty();

    /** Empty if none is named. */
    Optional<Path> file(Map<String, String> environment) {
        return file.or(() -> Optional.ofNullable(environment.get(VARIABLE)).map(Path::of));
    }
}
