package io.countersign.proxy.admin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.admin.probe.FakeReadiness;
import io.countersign.proxy.admin.probe.Probes;
import io.countersign.proxy.admin.probe.Readiness;
import io.countersign.proxy.held.Horizons;
import io.countersign.proxy.limit.SideConnections;
import io.countersign.proxy.metrics.InForce;
import io.countersign.proxy.metrics.Metrics;
import io.countersign.proxy.metrics.ProxyState;
import io.countersign.proxy.metrics.RouteReport;
import io.countersign.proxy.metrics.Vitals;
import io.countersign.proxy.rejection.RecentRejections;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AdminServerTest {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final SideConnections LIMITS = new SideConnections(1024);

    /** As many as there may ever be. */
    private static final int MAX_CONNECTIONS = 128;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final FakeReadiness readiness = new FakeReadiness();
    private final Metrics metrics = new Metrics(
            "test",
            new ProxyState(
                    () -> new Vitals(0, 0, 0, new Vitals.Buffered(0, 0), new Vitals.Upstreams(0, 0, 0)),
                    List::of,
                    Map::of,
                    Map::of,
                    List::of,
                    () -> new InForce("", Map.of(), 1, 1, Horizons.DEFAULT),
                    Map::of),
            Clock.systemUTC());
    private List<RouteReport> routes = List.of();
    private AdminServer server;

    @BeforeEach
    void start() throws IOException {
        server = start(InetAddress.getLoopbackAddress(), Duration.ofSeconds(10));
    }

    private AdminServer start(InetAddress address, Duration deadline) throws IOException {
        return AdminServer.start(
                group,
                new InetSocketAddress(address, 0),
                AdminServer.bounds(() -> LIMITS, deadline),
                () -> Set.of("countersign.monitoring"),
                new Probes(readiness, metrics.exposition(), () -> routes));
    }

    @AfterEach
    void stop() {
        server.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void isAliveFromTheStart() throws IOException {
        readiness.state = new Readiness.State.NotReady("starting");
        Reply reply = get("/livez", "");
        assertEquals(200, reply.status());
        assertEquals("ok\n", reply.text());
        assertTrue(reply.head().contains("content-type: text/plain; charset=utf-8\r\n"), reply.head());
    }

    @Test
    void isReadyOnceStartedAndUntilItDrains() throws IOException {
        readiness.state = new Readiness.State.NotReady("starting");
        assertEquals("503 starting\n", get("/readyz", "").brief());
        readiness.state = new Readiness.State.Ready();
        assertEquals("200 ok\n", get("/readyz", "").brief());
        readiness.state = new Readiness.State.NotReady("draining");
        assertEquals("503 draining\n", get("/readyz", "").brief());
    }

    @Test
    void namesTheRoutesThatCannotSignOnlyWhenAsked() throws IOException {
        assertEquals("200 ok\n", get("/readyz?signing", "").brief());
        readiness.signing.put("metrics", "credentials default: IMDS\nsaid 500");
        readiness.signing.put("logs", "credentials reporting: expired");
        assertEquals("200 ok\n", get("/readyz", "").brief());
        assertEquals("""
                503 route logs: credentials reporting: expired
                route metrics: credentials default: IMDS\\u000asaid 500
                """, get("/readyz?signing", "").brief());
        assertEquals(400, get("/readyz?singing", "").status());
    }

    @Test
    void servesMetricsAsText() throws IOException {
        Reply reply = get("/metrics", "");
        assertEquals(200, reply.status());
        assertTrue(reply.head().contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"), reply.head());
        assertTrue(reply.text().contains("\ncountersign_in_flight 0.0\n"), reply.text());
        assertFalse(reply.head().contains("content-encoding"), reply.head());
    }

    @Test
    void servesOpenMetricsAndGzipToWhoAsks() throws IOException {
        Reply reply =
                get("/metrics", "Accept: application/openmetrics-text; version=1.0.0\r\nAccept-Encoding: gzip\r\n");
        assertTrue(reply.head().contains("content-type: application/openmetrics-text; version=1.0.0"), reply.head());
        assertTrue(reply.head().contains("content-encoding: gzip\r\n"), reply.head());
        byte[] body = new GZIPInputStream(new ByteArrayInputStream(reply.body())).readAllBytes();
        assertTrue(new String(body, StandardCharsets.UTF_8).endsWith("# EOF\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz", "/metrics"})
    void answersHeadWithoutABody(String path) throws IOException {
        Reply reply = send("HEAD " + path + " HTTP/1.1\r\nHost: 10.1.2.3\r\n\r\n");
        assertEquals(200, reply.status());
        assertArrayEquals(new byte[0], reply.body());
        assertFalse(reply.head().contains("content-length: 0\r\n"), reply.head());
    }

    @Test
    void knowsNothingElse() throws IOException {
        assertEquals(
                "404 not here; known: /livez /metrics /readyz /rejections\n",
                get("/", "").brief());
        assertEquals(404, get("/livez/", "").status());
        assertEquals(404, get("//metrics", "").status());
        Reply reply = send("POST /readyz HTTP/1.1\r\nHost: 10.1.2.3\r\nContent-Length: 0\r\n\r\n");
        assertEquals(405, reply.status());
        assertTrue(reply.head().contains("allow: GET, HEAD\r\n"), reply.head());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: http://localhost:3000",
                "Origin: null",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: none, cross-site",
                "X: y\r\nOrigin: http://a\r\nOrigin: http://b"
            })
    void turnsWebPagesAway(String field) throws IOException {
        assertEquals(403, get("/metrics", field + "\r\n").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "same-origin"})
    void letsAPersonsBrowserIn(String site) throws IOException {
        assertEquals(200, get("/metrics", "Sec-Fetch-Site: " + site + "\r\n").status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /livez HTTP/1.1\r\n\r\n",
                "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "nonsense\r\n\r\n"
            })
    void refusesMalformedHeads(String head) throws IOException {
        assertEquals(400, send(head).status());
    }

    @Test
    void takesAnHttp10ProbeWithoutHost() throws IOException {
        assertEquals("200 ok\n", send("GET /livez HTTP/1.0\r\n\r\n").brief());
    }

    @Test
    void refusesABodyAndStillDeliversTheRefusal() throws IOException {
        assertEquals(
                413,
                send("GET /livez HTTP/1.1\r\nHost: 10.1.2.3\r\nContent-Length: 200000\r\n\r\n" + "x".repeat(200_000))
                        .status());
        assertEquals(
                413,
                send("GET /livez HTTP/1.1\r\nHost: 10.1.2.3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                        .status());
    }

    @Test
    void refusesALongHead() throws IOException {
        String good = "GET /livez HTTP/1.1\r\nHost: localhost\r\nX: \r\n\r\n";
        String longest = "a".repeat(SideConnections.ADMIN_HEAD - good.length());
        assertEquals(200, send(good.replace("X: ", "X: " + longest)).status());
        assertEquals(
                "431 request line or head too long; a head may have 8 KiB, half of it for the line\n",
                send(good.replace("X: ", "X: aaaaa" + longest)).brief());
        String target = "a".repeat(SideConnections.ADMIN_HEAD / 2);
        assertEquals(431, get("/livez?" + target, "").status());
        assertEquals(
                431,
                get("/livez", "X: y\r\n".repeat(SideConnections.ADMIN_FIELDS)).status());
    }

    @Test
    void answersOnlyTheFirstOfPipelinedRequests() throws IOException {
        String one = "GET /livez HTTP/1.1\r\nHost: 10.1.2.3\r\n\r\n";
        assertEquals("200 ok\n", send(one + one).brief());
    }

    @Test
    void answersAClientThatHasEndedItsHalf() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write("GET /metrics HTTP/1.1\r\nHost: 10.1.2.3\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            assertEquals(200, Reply.of(socket.getInputStream().readAllBytes()).status());
        }
    }

    @Test
    void closesTheOldestSilentConnectionForANewOne() throws IOException {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < MAX_CONNECTIONS; i++) {
                open.add(connect());
                open.get(i).getOutputStream().write("GE".getBytes(StandardCharsets.US_ASCII));
            }
            assertEquals("200 ok\n", get("/livez", "").brief());
            assertEquals(-1, open.get(0).getInputStream().read());
            Socket newest = open.get(open.size() - 1);
            newest.getOutputStream()
                    .write("T /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals(200, Reply.of(newest.getInputStream().readAllBytes()).status());
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    /** However many come, and come again as soon as they are closed. */
    @ParameterizedTest
    @ValueSource(ints = {64, 2 * MAX_CONNECTIONS})
    void silentConnectionsTakeNoProbeAway(int silent) throws Exception {
        try (Crowd crowd = new Crowd(silent, server.address(), "GE", 0)) {
            crowd.awaitConnected();
            for (int probe = 0; probe < 100; probe++) {
                assertEquals("200 ok\n", get("/livez", "").brief(), "probe " + probe);
            }
        }
    }

    /** They hold a few pages of metrics at most, and give way themselves. */
    @Test
    void slowReadersOfMetricsTakeNoProbeAway() throws Exception {
        String scrape = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
        try (Crowd crowd = new Crowd(2 * MAX_CONNECTIONS, server.address(), scrape, 1024)) {
            crowd.awaitConnected();
            for (int probe = 0; probe < 100; probe++) {
                assertEquals("200 ok\n", get("/livez", "").brief(), "probe " + probe);
            }
        }
        assertEquals(200, get("/metrics", "").status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example:8006",
                "localhost.evil.example",
                "x.localhost",
                "127.0.0.1.evil.example",
                "010.0.0.1",
                "2130706433",
                "0.0.0.0",
                "0.0.0.0:8006",
                "[::]:8006",
                "localhost:8006:8006",
                "localhost:x",
                "user@localhost",
                "localhost, evil.example",
                "[::1",
                "[evil]",
                "::1",
                ""
            })
    void refusesNamesThatAPageCouldCallItBy(String host) throws IOException {
        Reply reply = send("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        assertEquals("421 Host must be an address, localhost, or one of admin.allowed-hosts\n", reply.brief());
        assertEquals(
                421, send("GET /livez HTTP/1.0\r\nHost: " + host + "\r\n\r\n").status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:8006",
                "localhost:",
                "127.0.0.1",
                "10.1.2.3:8006",
                "[::1]:8006",
                "[2001:db8::1]",
                "Countersign.Monitoring:8006"
            })
    void takesAddressesLocalhostAndWhatIsAllowed(String host) throws IOException {
        assertEquals(
                200, send("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\n\r\n").status());
    }

    @Test
    void closesAConnectionWhoseHeadDoesNotCome() throws IOException {
        AdminServer hasty = start(InetAddress.getLoopbackAddress(), Duration.ofMillis(50));
        try (Socket socket =
                new Socket(hasty.address().getAddress(), hasty.address().getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write("GET /livez HT".getBytes(StandardCharsets.US_ASCII));
            assertEquals(-1, socket.getInputStream().read());
        } finally {
            hasty.close();
        }
    }

    @Test
    void tellsTheLastRejectionOfEachRouteOnLoopback() throws IOException {
        assertEquals(
                "200 no route has met a rejection since start\n",
                get("/rejections", "").brief());
        Instant at = Instant.parse("2026-01-02T03:04:05.678Z");
        RecentRejections.Signer signer = new RecentRejections.Signer("default", "AKIDEXAMPLE");
        RouteReport.Run over = new RouteReport.Run(
                "permission", at, at.plusSeconds(60), 454, Optional.empty(), Optional.of(at.plusSeconds(61)));
        RouteReport.Run lasting =
                new RouteReport.Run("dns_error", at, at.plusSeconds(2), 3, Optional.of(at), Optional.empty());
        routes = List.of(
                new RouteReport("c", Optional.of(at), Optional.empty(), 0, Optional.empty(), List.of()),
                new RouteReport("b", Optional.empty(), Optional.of(lasting), 0, Optional.empty(), List.of()),
                new RouteReport(
                        "a",
                        Optional.of(at.plusSeconds(61)),
                        Optional.of(over),
                        0,
                        Optional.of(new RecentRejections.Entry(
                                at, "id2", "permission", signer, "not\nallowed", Optional.empty())),
                        List.of()));
        assertEquals("""
                200 route a: permission, 454 refused, first 2026-01-02T03:04:05Z, last 2026-01-02T03:05:05Z, \
                healed 2026-01-02T03:05:06Z; last 2xx 2026-01-02T03:05:06Z; permission at 2026-01-02T03:04:05Z \
                (request id2, credentials default, access key id AKIDEXAMPLE): not\\u000aallowed
                route b: dns_error, 3 refused, first 2026-01-02T03:04:05Z, last 2026-01-02T03:04:07Z, \
                not healed; no 2xx since start
                """, get("/rejections", "").brief());
    }

    @Test
    void saysThatAwsRefusesEverythingOnlyWhenAsked() throws IOException {
        readiness.refused.put("gateway", "AWS has refused the last 454 requests: permission");
        assertEquals("200 ok\n", get("/readyz", "").brief());
        assertEquals(
                "503 route gateway: AWS has refused the last 454 requests: permission\n",
                get("/readyz?signing", "").brief());
    }

    @Test
    void keepsRejectionsFromOtherAddressesThanLoopback() throws IOException {
        AdminServer open = start(InetAddress.getByAddress(new byte[4]), Duration.ofSeconds(10));
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), open.address().getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write("GET /rejections HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertTrue(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .startsWith("HTTP/1.1 404 "));
        } finally {
            open.close();
        }
    }

    @Test
    void saysWhyItCannotHaveAnAddress() {
        IOException refusal = assertThrows(
                IOException.class,
                () -> AdminServer.start(
                                group,
                                server.address(),
                                () -> LIMITS,
                                Set::of,
                                new Probes(readiness, metrics.exposition(), List::of))
                        .close());
        assertTrue(refusal.getMessage().contains("in use"), refusal.getMessage());
    }

    /** Also in the middle of a head, which is in memory then. */
    @Test
    void closesItsConnectionsOnClose() throws IOException {
        try (Socket silent = connect();
                Socket begun = connect()) {
            begun.getOutputStream().write("GET /livez HT".getBytes(StandardCharsets.US_ASCII));
            server.close();
            assertTrue(isEnded(silent)); // with a reset where it had not been accepted yet
            assertTrue(isEnded(begun));
        }
    }

    /** What was not read of it yet, or not accepted, makes the end a reset. */
    private static boolean isEnded(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            return e instanceof SocketException;
        }
    }

    @Test
    void freesItsAddressOnClose() {
        InetSocketAddress address = server.address();
        server.close();
        // NIO lets go of a socket when its selector next looks, a moment after the close has returned.
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        boolean taken = true;
        while (taken && System.nanoTime() < deadline) {
            try {
                new Socket(address.getAddress(), address.getPort()).close();
            } catch (IOException e) {
                taken = false;
            }
        }
        assertFalse(taken);
    }

    private Reply get(String target, String fields) throws IOException {
        return send("GET " + target + " HTTP/1.1\r\nHost: 10.1.2.3:8006\r\n" + fields + "\r\n");
    }

    private Reply send(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return Reply.of(socket.getInputStream().readAllBytes());
        }
    }

    private Socket connect() throws IOException {
        Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Reply(String head, byte[] body) {
        static Reply of(byte[] bytes) throws IOException {
            String all = new String(bytes, StandardCharsets.ISO_8859_1);
            int end = all.indexOf("\r\n\r\n");
            if (end < 0) {
                throw new IOException("no answer but \"" + all + "\"");
            }
            return new Reply(all.substring(0, end + 2), all.substring(end + 4).getBytes(StandardCharsets.ISO_8859_1));
        }

        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        String brief() {
            return status() + " " + text();
        }
    }
}
