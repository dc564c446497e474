package io.countersign.cli;

import io.countersign.cli.sign.CredentialsOptions;
import io.countersign.cli.sign.InputFault;
import io.countersign.cli.sign.Output;
import io.countersign.cli.sign.RawMessage;
import io.countersign.cli.sign.RequestDraft;
import io.countersign.cli.sign.RequestOptions;
import io.countersign.cli.sign.RequestWords;
import io.countersign.cli.sign.Signer;
import io.countersign.cli.sign.SigningOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign sign}: signs one request, sends nothing, and prints the part that was asked for. */
@Command(
        name = "sign",
        description = "Sign one request and send nothing.",
        footer = {
            "",
            "canonical-request, string-to-sign and signature print their bytes and nothing else. explain leaves out the",
            "session token; canonical-request, which is exact, contains it."
        })
final class SignCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private RequestWords words = new RequestWords();

    @Option(
            names = "--request",
            paramLabel = "FILE|-",
            description = "Instead of METHOD and URL: a raw HTTP/1.1 message, with lines ending in LF or CRLF.")
    private String request;

    @Option(
            names = "--output",
            paramLabel = "WHAT",
            converter = Output.Converter.class,
            description = "${COMPLETION-CANDIDATES} (default: headers; with --in query: url).")
    private Output output;

    @Mixin
    private RequestOptions content = new RequestOptions();

    @Mixin
    private SigningOptions signing = new SigningOptions();

    @Mixin
    private CredentialsOptions credentials = new CredentialsOptions();

    SignCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure, IOException {
        try {
            var signed = new Signer(console.environment(), Clock.systemUTC()).sign(draft(), signing, credentials);
            signed.warnings().forEach(warning -> console.err().println("warning: " + warning));
            Output wanted = output == null ? (signing.inQuery() ? Output.url : Output.headers) : output;
            wanted.write(signed, console.out());
            return 0;
        } catch (InputFault fault) {
            throw CommandFailure.wrong("sign: " + fault.getMessage());
        }
    }

    private RequestDraft draft() throws InputFault, IOException {
        if (request == null) {
            if (!words.areGiven()) {
                throw new InputFault("needs a URL, or --request FILE");
            }
            return words.draft(content);
        }
        if (words.areGiven() || content.hasBody() || !content.headers().isEmpty()) {
            throw new InputFault("--request has the method, target, headers and body in it; leave them out beside it");
        }
        if (request.equals("-")) {
            return RawMessage.parse(console.in().readAllBytes());
        }
        Path file = Path.of(request);
        if (!Files.isReadable(file)) {
            throw new InputFault("--request " + request + ": there is no such file that can be read");
        }
        return RawMessage.parse(Files.readAllBytes(file));
    }
}
