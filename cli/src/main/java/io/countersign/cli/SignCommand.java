package io.countersign.cli;

import io.countersign.cli.sign.InputFault;
import io.countersign.cli.sign.Keys;
import io.countersign.cli.sign.Output;
import io.countersign.cli.sign.RawMessage;
import io.countersign.cli.sign.RequestDraft;
import io.countersign.cli.sign.RequestOptions;
import io.countersign.cli.sign.Signer;
import io.countersign.cli.sign.SigningOptions;
import io.countersign.cli.sign.UrlRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign sign}: signs one request, sends nothing, and prints the part that was asked for. */
@Command(
        name = "sign",
        description = "Sign one request and send nothing.",
        footer = {
            "",
            "canonical-request, string-to-sign and signature print their octets and nothing else. explain leaves the",
            "session token out; canonical-request, which is exact, holds it."
        })
final class SignCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", arity = "0..1", paramLabel = "METHOD", description = "As in: sign GET https://...")
    private String method;

    @Parameters(index = "1", arity = "0..1", paramLabel = "URL", description = "What cannot be sent is escaped once.")
    private String url;

    @Option(
            names = "--request",
            paramLabel = "FILE|-",
            description = "In the place of METHOD and URL: a raw HTTP/1.1 message, its lines ending in LF or CRLF.")
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
    private Keys keys = new Keys();

    SignCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure, IOException {
        try {
            var signed = new Signer(console.environment(), Clock.systemUTC()).sign(draft(), signing, keys);
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
            if (method == null || url == null) {
                throw new InputFault("needs a METHOD and an URL, or --request FILE");
            }
            return UrlRequest.of(method, url, content.headers(), content.body());
        }
        if (method != null || content.hasBody() || !content.headers().isEmpty()) {
            throw new InputFault("--request holds method, target, headers and body; give none of them beside it");
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
