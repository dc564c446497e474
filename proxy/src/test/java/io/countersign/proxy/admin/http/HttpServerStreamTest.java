package io.countersign.proxy.admin.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.testing.Await;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Responses that last, and what clients do to them. */
@Timeout(60)
class HttpServerStreamTest {
    private static final int MAX_STREAMS = 2;
    private static final String GET = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicInteger closed = new AtomicInteger();
    private final List<Socket> sockets = new ArrayList<>();
    private HttpServer server;

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        server.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private void serve(Duration deadline, Supplier<Optional<byte[]>> next) throws IOException {
        Resource events = new Resource() {
            @Override
            public String path() {
                return "/events";
            }

            @Override
            public boolean isStream() {
                return true;
            }

            @Override
            public void handle(Request request, Consumer<Response> response) {
                response.accept(Response.stream("text/event-stream", new Stream() {
                    @Override
                    public Optional<byte[]> next() {
                        return next.get();
                    }

                    @Override
                    public void closed() {
                        closed.incrementAndGet();
                    }
                }));
            }
        };
        server = HttpServer.start(
                group,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new ServerBounds(() -> 3, () -> 1, () -> MAX_STREAMS, 8192, 100, deadline),
                new RequestGuard(Set::of, "console.allowed-hosts", RequestGuard.Pages.OWN),
                List.of(events));
    }

    private Socket open(String request) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.setReceiveBufferSize(4096);
        socket.connect(server.address());
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        return socket;
    }

    private static BufferedReader lines(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
    }

    private static String status(BufferedReader lines) throws IOException {
        return lines.readLine().substring(9, 12);
    }

    private Supplier<Optional<byte[]>> counting(int last) {
        AtomicInteger count = new AtomicInteger();
        return () -> count.get() == last
                ? Optional.empty()
                : Optional.of(("data: " + count.incrementAndGet() + "\n\n").getBytes(US_ASCII));
    }

    @Test
    void sendsWhatComesUntilItEnds() throws IOException {
        serve(Duration.ofSeconds(10), counting(20));
        String all = new String(open(GET).getInputStream().readAllBytes(), US_ASCII);
        assertTrue(all.contains("transfer-encoding: chunked\r\n"), all);
        assertTrue(all.contains("\r\n9\r\ndata: 1\n\n\r\n"), all);
        assertTrue(all.endsWith("\r\na\r\ndata: 20\n\n\r\n0\r\n\r\n"), all);
        Await.until("the stream is closed", () -> closed.get() == 1 && server.streams() == 0);
    }

    @Test
    void sendsItAsItIsToAClientOfHttp10() throws IOException {
        serve(Duration.ofSeconds(10), counting(2));
        String all =
                new String(open("GET /events HTTP/1.0\r\n\r\n").getInputStream().readAllBytes(), US_ASCII);
        assertTrue(all.endsWith("\r\n\r\ndata: 1\n\ndata: 2\n\n"), all);
    }

    @Test
    void outlastsTheDeadlineOfOtherResponses() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        serve(
                Duration.ofMillis(300),
                () -> Optional.of(asked.incrementAndGet() == 8 ? "data: late\n\n".getBytes(US_ASCII) : new byte[0]));
        BufferedReader lines = lines(open(GET));
        String line = lines.readLine();
        while (line != null && !line.equals("data: late")) {
            line = lines.readLine();
        }
        assertEquals("data: late", line);
    }

    @Test
    void onlyAFewMayBeOpenAndTheyGiveWayToNobody() throws IOException {
        serve(Duration.ofSeconds(10), () -> Optional.of(new byte[0]));
        List<BufferedReader> first = new ArrayList<>();
        for (int i = 0; i < MAX_STREAMS; i++) {
            first.add(lines(open(GET)));
            assertEquals("200", status(first.get(i)));
        }
        assertEquals("503", status(lines(open(GET))));
        assertEquals(MAX_STREAMS, server.streams());

        sockets.get(0).close();
        Await.until("whoever leaves makes room", () -> server.streams() == 1);
        assertEquals("200", status(lines(open(GET))));
    }

    @Test
    void aClientThatTakesNothingIsCutOffAndNothingIsHeldForIt() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        byte[] piece = "x".repeat(Stream.MAX_PIECE).getBytes(US_ASCII);
        serve(Duration.ofMillis(300), () -> {
            asked.incrementAndGet();
            return Optional.of(piece);
        });
        open(GET);
        Await.until("it is cut off", () -> server.tooSlow() == 1 && closed.get() == 1);
        assertTrue(asked.get() < 1000, () -> "it was asked " + asked + " times");
        Await.until("its place is free", () -> server.streams() == 0);
    }

    @Test
    void endsWithAClientThatEndsItsHalf() throws IOException {
        serve(Duration.ofSeconds(10), () -> Optional.of(new byte[0]));
        Socket socket = open(GET);
        assertEquals("200", status(lines(socket)));
        socket.shutdownOutput();
        Await.until("it is closed", () -> closed.get() == 1);
    }

    @Test
    void aStreamThatFailsEnds() throws IOException {
        serve(Duration.ofSeconds(10), () -> {
            throw new IllegalStateException("broken on purpose");
        });
        String all = new String(open(GET).getInputStream().readAllBytes(), US_ASCII);
        assertTrue(all.endsWith("\r\n\r\n0\r\n\r\n"), all);
        Await.until("it is closed", () -> closed.get() == 1);
    }

    @Test
    void headIsAnsweredWithoutIt() throws IOException {
        serve(Duration.ofSeconds(10), counting(2));
        String all = new String(
                open("HEAD /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .getInputStream()
                        .readAllBytes(),
                US_ASCII);
        assertTrue(all.indexOf("\r\n\r\n") == all.length() - 4, all);
        Await.until("it is closed", () -> closed.get() == 1);
    }
}
