package io.countersign.gateway.command;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A command's way to the console of a gateway: over TCP, TLS or a Unix socket, one connection for each request. It blocks, so it is for
 * commands alone. Redirects are not followed: the token is for that server.
 */
public final class ConsoleClient implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    /** A server that sends a byte now and then would keep a command forever. */
    private static final Duration WHOLE = Duration.ofMinutes(2);
    /** Between two lines of a stream; a console that has nothing to say sends empty ones. */
    private static final Duration QUIET = Duration.ofMinutes(2);

    private final SocketAddress address;
    private final String shown;
    private final String host;
    private final Optional<SslContext> tls;
    private final String token;
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private ConsoleClient(SocketAddress address, String shown, String host, Optional<SslContext> tls, String token) {
        this.address = address;
        this.shown = shown;
        this.host = host;
        this.tls = tls;
        this.token = token;
    }

    static ConsoleClient unix(Path socket, String token) {
        return new ConsoleClient(
                UnixDomainSocketAddress.of(socket), "unix:" + socket, "localhost", Optional.empty(), token);
    }

    static ConsoleClient plain(String host, int port, String token) {
        String authority = host + ":" + port;
        return new ConsoleClient(
                InetSocketAddress.createUnresolved(bare(host), port), authority, authority, Optional.empty(), token);
    }

    static ConsoleClient tls(String host, int port, SslContext context, String token) {
        String authority = host + ":" + port;
        return new ConsoleClient(
                InetSocketAddress.createUnresolved(bare(host), port),
                authority,
                authority,
                Optional.of(context),
                token);
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /**
     * Sends a request and waits for the whole answer, whatever its status.
     *
     * @param path with its query, encoded
     * @param json the body, if there is one
     */
    public ConsoleAnswer send(String method, String path, Optional<String> json) throws IOException {
        return send(method, path, json, WHOLE);
    }

    /** @param whole for the answer to be complete */
    ConsoleAnswer send(String method, String path, Optional<String> json, Duration whole) throws IOException {
        return exchange(request(method, path, json), new Patience(ANSWER, Optional.of(whole)), Optional.empty());
    }

    /**
     * How long an answer may take.
     *
     * @param quiet without a byte
     * @param whole empty for one that lasts
     */
    private record Patience(Duration quiet, Optional<Duration> whole) {}

    /**
     * Reads a stream of lines until the server ends it; an answer that is not 200 is returned as it is.
     *
     * @param lines gets each line without its end, on another thread; what comes after waits for it
     */
    public ConsoleAnswer stream(String path, Consumer<String> lines) throws IOException {
        return exchange(
                request("GET", path, Optional.empty()), new Patience(QUIET, Optional.empty()), Optional.of(lines));
    }

    private FullHttpRequest request(String method, String path, Optional<String> json) {
        byte[] body = json.orElse("").getBytes(StandardCharsets.UTF_8);
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), path, Unpooled.wrappedBuffer(body));
        request.headers()
                .set(HttpHeaderNames.HOST, host)
                .set(HttpHeaderNames.AUTHORIZATION, "Bearer " + token)
                .set(HttpHeaderNames.ACCEPT, "application/json, application/problem+json, */*")
                .set(HttpHeaderNames.CONNECTION, "close");
        if (json.isPresent()) {
            request.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                    .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        return request;
    }

    /** @param request taken */
    private ConsoleAnswer exchange(FullHttpRequest request, Patience patience, Optional<Consumer<String>> lines)
            throws IOException {
        CompletableFuture<ConsoleAnswer> answer = new CompletableFuture<>();
        Channel channel = new Bootstrap()
                .group(group)
                .channel(
                        address instanceof UnixDomainSocketAddress
                                ? NioDomainSocketChannel.class
                                : NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT.toMillis())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel made) {
                        tls.ifPresent(context -> made.pipeline()
                                .addLast(context.newHandler(
                                        made.alloc(),
                                        ((InetSocketAddress) address).getHostString(),
                                        ((InetSocketAddress) address).getPort())));
                        made.pipeline()
                                .addLast(new ReadTimeoutHandler(patience.quiet().toSeconds(), TimeUnit.SECONDS))
                                .addLast(new HttpClientCodec())
                                .addLast(new AnswerHandler(request, answer, lines));
                    }
                })
                .connect(address)
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        request.release();
                        answer.completeExceptionally(connected.cause());
                    }
                })
                .channel();
        try {
            return patience.whole().isPresent()
                    ? answer.get(patience.whole().get().toMillis(), TimeUnit.MILLISECONDS)
                    : answer.get();
        } catch (TimeoutException e) {
            throw new IOException(shown + ": the answer takes too long", e);
        } catch (ExecutionException e) {
            throw new IOException(shown + ": " + AnswerHandler.words(e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            channel.close();
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
