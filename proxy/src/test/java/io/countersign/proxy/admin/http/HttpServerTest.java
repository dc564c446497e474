package io.countersign.proxy.admin.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.testing.Await;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a console needs beyond what probes do: methods, bodies, its own pages. */
@Timeout(60)
class HttpServerTest {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int MAX_BODY = 64;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicInteger handled = new AtomicInteger();
    private HttpServer server;

    @AfterEach
    void stop() {
        server.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** One resource, {@code /echo}, that takes GET and POST. */
    private void serve(BiConsumer<Request, Consumer<Response>> handler) throws IOException {
        serve(handler, 2, Duration.ofSeconds(10));
    }

    private void serve(BiConsumer<Request, Consumer<Response>> handler, int large, Duration deadline)
            throws IOException {
        ConsoleResource echo = new ConsoleResource() {
            @Override
            public String path() {
                return "/echo";
            }

            @Override
            public Set<HttpMethod> methods() {
                return Set.of(HttpMethod.GET, HttpMethod.POST);
            }

            @Override
            public int maxBody() {
                return MAX_BODY;
            }

            @Override
            public void handle(Request request, Consumer<Response> response) {
                handled.incrementAndGet();
                handler.accept(request, response);
            }
        };
        server = HttpServer.start(
                group,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new ServerBounds(() -> 16, () -> large, () -> 2, 8192, 100, deadline),
                new RequestGuard(Set::of, "console.allowed-hosts", RequestGuard.Pages.OWN),
                List.of(echo));
    }

    private static void echo(Request request, Consumer<Response> response) {
        response.accept(Response.text(
                HttpResponseStatus.OK,
                request.method() + " " + request.query() + " " + new String(request.body(), StandardCharsets.UTF_8)));
    }

    private String post(String fields, String body) throws IOException {
        return send("POST /echo?a=1 HTTP/1.1\r\nHost: 127.0.0.1:8007\r\n" + fields + "\r\n" + body);
    }

    /** Status and body. */
    private String send(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return brief(socket.getInputStream());
        }
    }

    private Socket connect() throws IOException {
        Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static String brief(InputStream in) throws IOException {
        String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return all.substring(9, 12) + " " + all.substring(all.indexOf("\r\n\r\n") + 4);
    }

    @Test
    void takesABodyOfUpToItsLimit() throws IOException {
        serve(HttpServerTest::echo);
        String whole = "b".repeat(MAX_BODY);
        assertEquals("200 POST a=1 " + whole + "\n", post("Content-Length: 64\r\n", whole));
        assertEquals(
                "200 POST a=1 " + whole + "\n",
                post("Transfer-Encoding: chunked\r\n", "1\r\nb\r\n3f\r\n" + whole.substring(1) + "\r\n0\r\n\r\n"));
        assertEquals("413 the request body is larger than 64 bytes\n", post("Content-Length: 65\r\n", whole + "b"));
        assertEquals(
                "413 the request body is larger than 64 bytes\n",
                post("Transfer-Encoding: chunked\r\n", "1\r\nb\r\n40\r\n" + whole + "\r\n0\r\n\r\n"));
        assertEquals(2, handled.get());
    }

    @Test
    void takesABodyThatComesInPieces() throws IOException {
        serve(HttpServerTest::echo);
        try (Socket socket = connect()) {
            socket.setTcpNoDelay(true);
            for (char c : "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody".toCharArray()) {
                socket.getOutputStream().write(c);
            }
            assertEquals("200 POST  body\n", brief(socket.getInputStream()));
        }
    }

    @Test
    void invitesABodyThatWaitsToBeInvited() throws IOException {
        serve(HttpServerTest::echo);
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write("POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String invitation = "HTTP/1.1 100 Continue\r\n\r\n";
            assertEquals(
                    invitation,
                    new String(socket.getInputStream().readNBytes(invitation.length()), StandardCharsets.US_ASCII));
            socket.getOutputStream().write('b');
            assertEquals("200 POST  b\n", brief(socket.getInputStream()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Length: 1, 1|400",
                "Content-Length: 1x|400",
                "Content-Length: 1#Transfer-Encoding: chunked|400",
                "Transfer-Encoding: gzip, chunked|400"
            })
    void refusesABodyWhoseEndIsUnclear(String fields, int status) throws IOException {
        serve(HttpServerTest::echo);
        String answer = post(fields.replace("#", "\r\n") + "\r\n", "1\r\nb\r\n0\r\n\r\n");
        assertEquals(status + " not a valid HTTP/1.1 request\n", answer);
        assertEquals(
                "400 not a valid HTTP/1.1 request\n", post("Transfer-Encoding: chunked\r\n", "g\r\nb\r\n0\r\n\r\n"));
        assertEquals(0, handled.get());
    }

    @Test
    void namesTheMethodsThatItTakes() throws IOException {
        serve(HttpServerTest::echo);
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write("DELETE /echo HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(all.startsWith("HTTP/1.1 405 "), all);
            assertTrue(all.contains("\r\nallow: GET, HEAD, POST\r\n"), all);
        }
        assertEquals("404 not here; known: /echo\n", send("POST /other HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8007, 200",
        "https://127.0.0.1:8007, 200",
        "HTTP://127.0.0.1:8007, 200",
        "http://127.0.0.1:8008, 403",
        "http://127.0.0.1, 403",
        "http://evil.example, 403",
        "null, 403"
    })
    void takesRequestsOfItsOwnPagesAlone(String origin, int status) throws IOException {
        serve(HttpServerTest::echo);
        String fields = "Origin: " + origin + "\r\nContent-Length: 1\r\n";
        assertEquals(Integer.toString(status), post(fields, "b").substring(0, 3));
        assertEquals(
                403,
                Integer.parseInt(
                        post("Sec-Fetch-Site: cross-site\r\n" + fields, "b").substring(0, 3)));
        String named = "POST /echo HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\n\r\n";
        assertEquals("421 Host must be an address, localhost, or one of console.allowed-hosts\n", send(named));
    }

    @Test
    void answersFromAnotherThreadAndOnce() throws IOException {
        serve((request, response) -> new Thread(() -> {
                    response.accept(Response.text(HttpResponseStatus.OK, "first"));
                    response.accept(Response.text(HttpResponseStatus.OK, "second"));
                })
                .start());
        assertEquals("200 first\n", post("", ""));
    }

    @Test
    void aResourceThatFailsIsAnswered500() throws IOException {
        serve((request, response) -> {
            throw new IllegalStateException("broken on purpose");
        });
        assertEquals("500 failed, see the log\n", post("", ""));
    }

    @Test
    void aResponseThatCannotBeSentIsAnswered500() throws IOException {
        serve((request, response) -> new Thread(() ->
                        response.accept(Response.text(HttpResponseStatus.OK, "").with("x-name", "two\r\nlines: 1")))
                .start());
        assertEquals("500 failed, see the log\n", post("", ""));
    }

    @Test
    void cutsAResourceThatNeverResponds() throws IOException {
        serve((request, response) -> {}, 2, Duration.ofMillis(50));
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write("GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void closesAConnectionWhoseBodyDoesNotCome() throws IOException {
        serve(HttpServerTest::echo, 2, Duration.ofMillis(50));
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nb"
                            .getBytes(StandardCharsets.US_ASCII));
            assertEquals(-1, socket.getInputStream().read());
        }
        assertEquals(0, handled.get());
    }

    /** However many begin one: only some are held, and who lets us wait gives way. */
    @Test
    void unfinishedBodiesKeepNobodyOut() throws IOException {
        serve(HttpServerTest::echo);
        List<Socket> begun = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                begun.add(connect());
                begun.get(i)
                        .getOutputStream()
                        .write("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nb"
                                .getBytes(StandardCharsets.US_ASCII));
            }
            Await.until("a new body takes the place of one that does not come", () -> {
                try {
                    return post("Content-Length: 1\r\n", "b").equals("200 POST a=1 b\n");
                } catch (IOException e) {
                    return false;
                }
            });
        } finally {
            for (Socket socket : begun) {
                socket.close();
            }
        }
    }

    /** A page far larger than all buffers in between: what is not taken stays where it is, and comes whole and in order. */
    @ParameterizedTest
    @ValueSource(ints = {8 * 1024, 8 * 1024 + 1, 3_000_000})
    void largeResponsesComeWholeHoweverSlowlyTheyAreRead(int size) throws IOException {
        byte[] page = new byte[size];
        for (int i = 0; i < page.length; i++) {
            page[i] = (byte) ('a' + i / 1024 % 26);
        }
        serve((request, response) ->
                response.accept(new Response(HttpResponseStatus.OK, "text/plain", java.util.Map.of(), page)));
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(server.address());
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream()
                    .write("GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            byte[] piece = new byte[1500];
            for (int n = 0; n >= 0; n = socket.getInputStream().read(piece)) {
                read.write(piece, 0, n);
            }
            String all = read.toString(StandardCharsets.US_ASCII);
            assertEquals(new String(page, StandardCharsets.US_ASCII), all.substring(all.indexOf("\r\n\r\n") + 4));
        }
    }
}
