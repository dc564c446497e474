package io.countersign.proxy.admin.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.listen.Bind;
import io.countersign.proxy.listen.tls.Handshakes;
import io.countersign.proxy.listen.tls.ServerTls;
import io.countersign.proxy.listen.tls.TlsFailures;
import io.countersign.proxy.listen.tls.TlsGate;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.net.TlsThreads;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.testing.Pki;
import io.countersign.testing.Await;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ports of a console: TLS, Unix sockets, and somebody at the entrance. */
@Timeout(60)
class HttpServerPortTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: localhost\r\nx-pass: yes\r\n\r\n";

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final TlsThreads threads = new TlsThreads("test-console-tls");
    private final Pki pki = new Pki("console");
    private HttpServer server;

    @TempDir
    private Path folder;

    private static final class Page implements Resource {
        @Override
        public String path() {
            return "/a";
        }

        @Override
        public void handle(Request request, Consumer<Response> response) {
            throw new AssertionError("the entrance handles it");
        }
    }

    @AfterEach
    void stop() {
        server.close();
        threads.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static Entrance.Decision passing(String pass) {
        return pass == null
                ? new Entrance.Decision.Refused(Response.text(HttpResponseStatus.UNAUTHORIZED, "who are you"))
                : new Entrance.Decision.Entered((request, response) -> response.accept(Response.text(
                        HttpResponseStatus.OK, "let in by " + request.peer().isPresent())));
    }

    private void serve(Bind bind, Optional<TlsGate> tls) throws IOException {
        server = HttpServer.start(
                group,
                new HttpServer.Port(bind, tls),
                new ServerBounds(() -> 16, () -> 1, () -> 1, 8192, 100, Duration.ofSeconds(10)),
                new HttpServer.Site(
                        List.of(new Page()),
                        new RequestGuard(Set::of, "console.allowed-hosts", RequestGuard.Pages.OWN),
                        (head, peer, found) -> passing(head.headers().get("x-pass")),
                        (status, text) -> Response.text(status, "problem: " + text)
                                .with(HttpHeaderNames.SERVER.toString(), "console")));
    }

    private static Bind loopback() {
        return new Bind.Tcp(new HostPort("127.0.0.1", 0));
    }

    private TlsGate gate() {
        Pki.writeServer(folder, pki.server());
        LoadResult result = HoconSource.text(
                        "countersign { listeners = [ { bind = \"127.0.0.1:0\","
                                + " tls { certificate = \"server.pem\", key = \"server.key\" } } ]\n"
                                + "routes { a { upstream = \"http://127.0.0.1:1\", auth = none } } }",
                        folder,
                        Map.of())
                .load();
        ServerTls tls = assertInstanceOf(LoadResult.Loaded.class, result, result::toString)
                .config()
                .listeners()
                .get(0)
                .tls()
                .orElseThrow();
        return new TlsGate("console", tls, new Handshakes(threads, () -> 64), new TlsFailures());
    }

    private static String exchange(OutputStream out, InputStream in, String request) throws IOException {
        out.write(request.getBytes(US_ASCII));
        out.flush();
        String all = new String(in.readAllBytes(), US_ASCII);
        return all.substring(9, 12) + " " + all.substring(all.indexOf("\r\n\r\n") + 4);
    }

    private String plain(String request) throws IOException {
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            return exchange(socket.getOutputStream(), socket.getInputStream(), request);
        }
    }

    @Test
    void theEntranceComesBeforeAnythingIsSaidAboutResources() throws IOException {
        serve(loopback(), Optional.empty());
        assertEquals("200 let in by true\n", plain(GET));
        assertEquals("401 who are you\n", plain("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        assertEquals("401 who are you\n", plain("GET /b HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        assertEquals("401 who are you\n", plain("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"));
        assertEquals("404 problem: not here; known: /a\n", plain(GET.replace("/a", "/b")));
        assertEquals("405 problem: allowed here: GET, HEAD\n", plain(GET.replace("GET", "PUT")));
        assertEquals(
                "413 problem: no request body is taken here\n",
                plain(GET.replace("x-pass", "Content-Length: 9\r\nx-pass")));
        assertEquals(
                "421 problem: Host must be an address, localhost, or one of console.allowed-hosts\n",
                plain(GET.replace("localhost", "evil.example")));
    }

    @Test
    void speaksTls() throws IOException {
        serve(loopback(), Optional.of(gate()));
        try (Socket socket = Pki.socket(pki.trusting(), "127.0.0.1", server.address())) {
            assertEquals("200 let in by true\n", exchange(socket.getOutputStream(), socket.getInputStream(), GET));
        }
        assertEquals("400 problem: this port speaks TLS; write https:// in place of http://\n", plain(GET));
    }

    @Test
    void silentHandshakesKeepNobodyOut() throws IOException {
        serve(loopback(), Optional.of(gate()));
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 16; i++) {
                silent.add(new Socket(
                        server.address().getAddress(), server.address().getPort()));
                silent.get(i).getOutputStream().write(22);
            }
            Await.until("a handshake is done", () -> {
                try (Socket socket = Pki.socket(pki.trusting(), "127.0.0.1", server.address())) {
                    return exchange(socket.getOutputStream(), socket.getInputStream(), GET)
                            .startsWith("200");
                }
            });
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void servesAUnixSocketAndRemovesItsFile() throws IOException {
        Path file = folder.resolve("console.sock");
        serve(new Bind.Unix(file, PosixFilePermissions.fromString("rw-------"), Optional.empty()), Optional.empty());
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
            assertEquals(
                    "200 let in by false\n",
                    exchange(Channels.newOutputStream(channel), Channels.newInputStream(channel), GET));
        }
        assertTrue(Files.exists(file));
        server.close();
        assertFalse(Files.exists(file));
    }
}
