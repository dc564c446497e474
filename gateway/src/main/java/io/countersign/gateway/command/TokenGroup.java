package io.countersign.gateway.command;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code countersign token}: the tokens that a tokens file has. */
@Command(
        name = "token",
        description = "Make, list and remove tokens of callers and of the console.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Without --role a token identifies a caller; with one it is for the console alone. The file keeps names and",
            "SHA-256 hashes; a gateway that runs takes it within three seconds, and asks it at each request."
        })
final class TokenGroup {
    private TokenGroup() {}

    static CommandLine of(Map<String, String> environment) {
        return new CommandLine(new TokenGroup())
                .addSubcommand(new TokenAddCommand(environment))
                .addSubcommand(new TokenListCommand(environment))
                .addSubcommand(new TokenRemoveCommand(environment));
    }
}
