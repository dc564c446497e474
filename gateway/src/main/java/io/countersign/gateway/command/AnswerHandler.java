package io.countersign.gateway.command;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/** Sends one request once its connection is up, and gathers the answer, or hands over its lines. */
final class AnswerHandler extends SimpleChannelInboundHandler<HttpObject> {
    private static final int MAX_BODY = 32 << 20;
    private static final int MAX_LINE = 1 << 20;

    private final FullHttpRequest request;
    private final CompletableFuture<ConsoleAnswer> answer;
    private final Optional<Consumer<String>> lines;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private int status;

    /**
     * Makes one.
     *
     * @param request taken
     * @param answer completed with the answer, or with what went wrong
     * @param lines for a stream
     */
    AnswerHandler(FullHttpRequest request, CompletableFuture<ConsoleAnswer> answer, Optional<Consumer<String>> lines) {
        this.request = request;
        this.answer = answer;
        this.lines = lines;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.writeAndFlush(request).addListener(written -> {
            if (!written.isSuccess()) {
                answer.completeExceptionally(written.cause());
            }
        });
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) throws IOException {
        if (message.decoderResult().isFailure()) {
            throw new IOException("the answer is not HTTP/1.1: is that a console?");
        }
        if (message instanceof HttpResponse response) {
            status = response.status().code();
        }
        if (message instanceof HttpContent content) {
            take(content);
        }
        if (message instanceof LastHttpContent && status >= 200) {
            boolean streamed = lines.isPresent() && status == 200;
            if (streamed && held.size() > 0) {
                line();
            }
            answer.complete(new ConsoleAnswer(status, streamed ? "" : held.toString(StandardCharsets.UTF_8)));
            context.close();
        }
    }

    private void take(HttpContent content) throws IOException {
        boolean streamed = lines.isPresent() && status == 200;
        while (content.content().isReadable()) {
            if (!streamed) {
                held.write(content.content().readByte());
                bounded(MAX_BODY);
                continue;
            }
            byte next = content.content().readByte();
            if (next == '\n') {
                line();
            } else {
                held.write(next);
                bounded(MAX_LINE);
            }
        }
    }

    private void bounded(int max) throws IOException {
        if (held.size() > max) {
            throw new IOException("the answer has more than " + max + " bytes");
        }
    }

    private void line() {
        String line = held.toString(StandardCharsets.UTF_8);
        held.reset();
        lines.orElseThrow().accept(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            answer.completeExceptionally(handshake.cause());
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        answer.completeExceptionally(new IOException("the connection was closed before the whole answer came"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // What the TLS handler throws arrives wrapped.
        answer.completeExceptionally(
                cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause);
        context.close();
    }

    /** What went wrong, for whoever typed the command. */
    static String words(Throwable cause) {
        if (cause instanceof ReadTimeoutException) {
            return "no answer came in time";
        }
        if (cause instanceof UnknownHostException) {
            return "the name resolves to no address";
        }
        if (cause instanceof SSLException) {
            return tls(cause);
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private static String tls(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathBuilderException) {
                return "its certificate is of an authority that is not trusted; trust it with --cacert FILE";
            }
            if (cause instanceof CertificateException && cause.getCause() == null) {
                return "its certificate is not good: " + cause.getMessage();
            }
        }
        String message = String.valueOf(thrown.getMessage());
        return message.contains("certificate_required") || message.contains("bad_certificate")
                ? "it asks for a client certificate; show one with --cert FILE --key FILE"
                : "TLS fails: " + message;
    }
}
