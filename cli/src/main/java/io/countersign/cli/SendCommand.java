package io.countersign.cli;

import io.countersign.cli.send.Authorities;
import io.countersign.cli.send.Connection;
import io.countersign.cli.send.Exchange;
import io.countersign.cli.send.WebSocketTalk;
import io.countersign.cli.sign.CredentialsOptions;
import io.countersign.cli.sign.InputFault;
import io.countersign.cli.sign.Output;
import io.countersign.cli.sign.RequestOptions;
import io.countersign.cli.sign.RequestWords;
import io.countersign.cli.sign.SignedDraft;
import io.countersign.cli.sign.Signer;
import io.countersign.cli.sign.SigningOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign send}: signs and sends, like curl for what IAM protects. Redirects are not followed. */
@Command(
        name = "send",
        description = "Sign a request, send it and print the body of the response.",
        footer = {
            "",
            "With wss:// or ws://, opens a WebSocket: lines from standard input are sent as messages, and messages are printed as lines.",
            "",
            "Exits with 1 when no whole response came, and with --fail when its status is 400 or above; of a WebSocket when it"
                    + " was refused, broke, or was closed with another code than 1000."
        })
final class SendCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private RequestWords words = new RequestWords();

    @Option(
            names = {"-i", "--include"},
            description = "Print the head of the response before its body.")
    private boolean include;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "Write the response to this file.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = {"-v", "--verbose"},
            description = "Explain the signature and show the head of the response, on standard error.")
    private boolean verbose;

    @Option(
            names = {"-f", "--fail"},
            description = "Exit with 1 when the status is 400 or above.")
    private boolean fail;

    @Option(names = "--cacert", paramLabel = "FILE", description = "Trust only the authorities in this PEM file.")
    private Optional<Path> authorities = Optional.empty();

    @Mixin
    private RequestOptions content = new RequestOptions();

    @Mixin
    private SigningOptions signing = new SigningOptions();

    @Mixin
    private CredentialsOptions credentials = new CredentialsOptions();

    SendCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CommandFailure {
        try {
            Authorities trusted = authorities.isPresent() ? Authorities.in(authorities.get()) : Authorities.ofTheJdk();
            checkOutput();
            var draft = words.draft(content);
            var signed = new Signer(console.environment(), Clock.systemUTC()).sign(draft, signing, credentials);
            signed.warnings().forEach(warning -> console.err().println("warning: " + warning));
            return words.areOfWebSocket() ? talk(signed, trusted) : exchange(signed, trusted);
        } catch (InputFault fault) {
            throw CommandFailure.wrong("send: " + fault.getMessage());
        } catch (SocketTimeoutException e) {
            throw CommandFailure.failed("send: " + words.url() + ": no response came within a minute");
        } catch (IOException | IllegalArgumentException e) {
            throw CommandFailure.failed("send: " + words.url() + ": " + (e.getMessage() == null ? e : e.getMessage()));
        }
    }

    /** Before anything is sent: a response that can't be kept may belong to a request that can't be repeated. */
    private void checkOutput() throws InputFault {
        if (file.isEmpty()) {
            return;
        }
        Path whole = file.get().toAbsolutePath();
        boolean writable = Files.exists(whole)
                ? !Files.isDirectory(whole) && Files.isWritable(whole)
                : Files.isDirectory(whole.getParent()) && Files.isWritable(whole.getParent());
        if (!writable) {
            throw new InputFault("--out " + file.get() + " can't be written");
        }
    }

    private int exchange(SignedDraft signed, Authorities trusted) throws IOException {
        if (verbose) {
            console.err().print(Output.explanation(signed.explanation()));
            console.err().flush();
        }
        try (Exchange exchange = Exchange.send(
                signed.request(), Connection.open(signed.request().place().origin(), trusted))) {
            if (verbose) {
                exchange.head().lines().forEach(line -> console.err().println("< " + line));
            }
            try (OutputStream to =
                    file.isPresent() ? Files.newOutputStream(file.get()) : new Uncloseable(console.out())) {
                if (include) {
                    to.write(exchange.head().bytes());
                }
                exchange.copyBody(to);
            }
            boolean refused = exchange.head().status() >= 400;
            if (fail && refused) {
                console.err()
                        .println("send: " + words.url() + ": "
                                + exchange.head().lines().get(0));
            }
            return fail && refused ? CommandFailure.FAILED : 0;
        }
    }

    private int talk(SignedDraft signed, Authorities trusted) throws IOException {
        if (verbose) {
            console.err().print(Output.explanation(signed.explanation()));
            console.err().flush();
        }
        try (Exchange exchange = Exchange.upgrade(
                        signed.request(),
                        Connection.open(signed.request().place().origin(), trusted));
                OutputStream to =
                        file.isPresent() ? Files.newOutputStream(file.get()) : new Uncloseable(console.out())) {
            if (verbose) {
                exchange.head().lines().forEach(line -> console.err().println("< " + line));
            }
            if (include) {
                to.write(exchange.head().bytes());
            }
            if (!exchange.isWebSocket()) {
                exchange.copyBody(to);
                console.err()
                        .println("send: " + words.url() + ": no WebSocket: "
                                + exchange.head().lines().get(0));
                return CommandFailure.FAILED;
            }
            WebSocketTalk.Closed closed = exchange.webSocket().talk(console.in(), to);
            if (!closed.isGood() || verbose) {
                console.err().println("send: " + words.url() + ": " + closed.words());
            }
            return closed.isGood() ? 0 : CommandFailure.FAILED;
        }
    }

    /** Standard output outlives the response. */
    private static final class Uncloseable extends java.io.FilterOutputStream {
        Uncloseable(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            out.flush();
        }
    }
}
