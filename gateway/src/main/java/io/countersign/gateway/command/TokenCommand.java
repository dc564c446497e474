package io.countersign.gateway.command;

import io.countersign.gateway.identity.TokensFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/** What the subcommands of {@code countersign token} share: how they find and edit the tokens file. */
abstract class TokenCommand extends GatewayCommand {
    final Map<String, String> environment;

    @Mixin
    private TokensFileOption option = new TokensFileOption();

    TokenCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Work on the file. */
    interface Work {
        void on(TokensFile file) throws IOException, TokensFile.Refused, Failure;
    }

    final void withFile(Work work) throws Failure {
        Path path = option.file(environment)
                .orElseThrow(
                        () -> usage("which tokens file? Give --tokens-file FILE, or set " + TokensFileOption.VARIABLE));
        TokensFile file = new TokensFile(path);
        try {
            work.on(file);
            Optional<String> exposure = file.exposure();
            exposure.ifPresent(what -> note("warning: " + what));
        } catch (TokensFile.Refused e) {
            throw Failure.wrong(e.lines());
        } catch (NoSuchFileException e) {
            throw Failure.wrong(
                    "there is no file " + path + "; countersign token add makes it in a folder that is there");
        } catch (IOException e) {
            throw Failure.failed(
                    path + " can't be read or changed: " + e.getClass().getSimpleName() + " " + e.getMessage());
        }
    }
}
