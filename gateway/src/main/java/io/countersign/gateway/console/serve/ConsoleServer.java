package io.countersign.gateway.console.serve;

import io.countersign.gateway.console.api.ApiResource;
import io.countersign.gateway.console.api.Audit;
import io.countersign.gateway.identity.Token;
import io.countersign.proxy.admin.http.ConsoleResource;
import io.countersign.proxy.admin.http.HttpServer;
import io.countersign.proxy.admin.http.RequestGuard;
import io.countersign.proxy.admin.http.ServerBounds;
import io.countersign.proxy.limit.Aside;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** The console's port, with an event loop and threads of its own: what happens here takes no time from the proxy's loops. */
public final class ConsoleServer implements AutoCloseable {
    private static final int CONNECTIONS = 128;
    private static final int LARGE = 8;
    private static final int STREAMS = 16;
    private static final int HEAD = 8 * 1024;
    private static final int FIELDS = 100;
    private static final long KIB = 1 << 10;

    /** A connection with its handlers; as of the admin port. */
    private static final long CONNECTION_HEAP = 3 * KIB;

    /** A head as it was read, of which as many are kept as requests wait or are worked on. */
    private static final long HEAD_HEAP = HEAD + FIELDS * 144L;

    /** Of 500 calls, or of all callers, with texts of a usual length. */
    private static final long ANSWER_HEAP = 512 * KIB;

    /** While it is made: the text that grows, the whole text, its bytes. */
    private static final long MADE = 3;

    /** A part of a head, in a buffer that grows by doubling; and what is written and not taken: the water mark and one piece. */
    private static final long CONNECTION_DIRECT = 4 * KIB + 2 * HEAD + 16 * KIB;

    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int END_SECONDS = 2;

    private final EventLoopGroup loop;
    private final ConsoleThreads threads;
    private final WrongTokens wrong;
    private final HttpServer server;

    private ConsoleServer(EventLoopGroup loop, ConsoleThreads threads, WrongTokens wrong, HttpServer server) {
        this.loop = loop;
        this.threads = threads;
        this.wrong = wrong;
        this.server = server;
    }

    /**
     * Who is let in.
     *
     * @param find the token that is presented at a moment, if it is one of somebody who may use the console
     * @param allowedHosts names that a request's Host may have, in force at a moment; addresses and localhost always may
     */
    public record Access(BiFunction<String, Instant, Optional<Token>> find, Supplier<Set<String>> allowedHosts) {}

    /**
     * What it serves.
     *
     * @param resources of the API
     * @param pages that need no token
     * @param audit takes down what they change
     */
    public record Content(List<ApiResource> resources, List<ConsoleResource> pages, Audit audit) {}

    /**
     * Listens once it returns.
     *
     * @throws IOException when it cannot be bound
     */
    public static ConsoleServer start(HttpServer.Port port, Access access, Content content, Clock clock)
            throws IOException {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("countersign-console", true), NioIoHandler.newFactory());
        ConsoleThreads threads = new ConsoleThreads();
        WrongTokens wrong = new WrongTokens();
        List<ConsoleResource> all = new ArrayList<>(content.pages());
        content.resources().forEach(each -> all.add(new ApiPage(each, threads, content.audit(), clock)));
        try {
            HttpServer server = HttpServer.start(
                    loop,
                    port,
                    new ServerBounds(() -> CONNECTIONS, () -> LARGE, () -> STREAMS, HEAD, FIELDS, DEADLINE),
                    new HttpServer.Site(
                            all,
                            new RequestGuard(access.allowedHosts(), "console.allowed-hosts", RequestGuard.Pages.OWN),
                            new Authentication(access.find()::apply, clock, wrong),
                            Problems::response));
            return new ConsoleServer(loop, threads, wrong, server);
        } catch (IOException | RuntimeException e) {
            end(loop, threads);
            throw e;
        }
    }

    /** What all that it can hold at once takes of memory. */
    public static Aside memory(boolean tls) {
        long heap = CONNECTIONS * (CONNECTION_HEAP + (tls ? 16 * KIB : 0))
                + (ConsoleThreads.MAX + LARGE) * HEAD_HEAP
                + (LARGE + ConsoleThreads.COUNT * MADE) * ANSWER_HEAP;
        return new Aside(heap, CONNECTIONS * (CONNECTION_DIRECT + (tls ? 32 * KIB : 0)));
    }

    /** Where it listens, if that is a TCP port. */
    public InetSocketAddress address() {
        return server.address();
    }

    /** Runs a short task again and again, on the console's own loop, until it closes. */
    // What a task throws is its own fault, and ends it.
    @SuppressWarnings("FutureReturnValueIgnored")
    public void every(Duration pause, Runnable task) {
        loop.scheduleWithFixedDelay(task, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Requests with a wrong token since start. */
    public long wrongTokens() {
        return wrong.count();
    }

    /** Streams that are open. */
    public int streams() {
        return server.streams();
    }

    /** Clients, since start, that were cut off because they took nothing of a stream. */
    public long slowStreams() {
        return server.tooSlow();
    }

    @Override
    public void close() {
        server.close();
        end(loop, threads);
    }

    private static void end(EventLoopGroup loop, ConsoleThreads threads) {
        threads.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(END_SECONDS, TimeUnit.SECONDS);
    }
}
