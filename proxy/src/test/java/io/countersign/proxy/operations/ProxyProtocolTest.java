package io.countersign.proxy.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.listen.ProxyHeaders;
import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Pki;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that load balancers open for others, over real sockets. */
@WireTest
class ProxyProtocolTest {
    private static final String BALANCER = "127.0.0.9";

    @TempDir
    Path folder;

    private FakeUpstream upstream;
    private final List<RawClient> clients = new ArrayList<>();

    @BeforeEach
    void start() {
        upstream = FakeUpstream.http();
    }

    @AfterEach
    void stop() {
        clients.forEach(RawClient::close);
        upstream.close();
    }

    private Site open(String... settings) {
        return openAt("127.0.0.1", BALANCER, settings);
    }

    /** Allows 10.1.0.0/16 and 2001:db8::/32 and denies 10.1.0.13, so the load balancer itself is on no list. */
    private Site openAt(String address, String from, String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("countersign.listeners = [ { bind = \"" + (address.contains(":") ? "[" + address + "]" : address)
                + ":0\", proxy-protocol = required, proxy-protocol-from = [\"" + from + "\"] } ]");
        Site.write(folder, Site.CONF, Site.conf(upstream.url(), all.toArray(String[]::new)));
        Site.write(folder, "allow.list", "10.1.0.0/16\n2001:db8::/32\n");
        Site.write(folder, "deny.list", "10.1.0.13 # a test\n");
        return new Site(folder);
    }

    private RawClient balancer(Site site) {
        RawClient client = site.connectFrom(BALANCER);
        clients.add(client);
        return client;
    }

    private static double refused(Site site, String reason) {
        return site.metric("countersign_connections_refused_total{reason=\"" + reason + "\"}");
    }

    @Test
    void judgesAndShowsWhomTheHeaderNames() {
        try (Site site = open()) {
            for (byte[] header : List.of(
                    ProxyHeaders.line("TCP4 10.1.2.3 10.0.0.1 1000 443"),
                    ProxyHeaders.of("10.1.2.3", ProxyHeaders.vpcEndpoint("vpce-1")),
                    ProxyHeaders.line("TCP6 ::ffff:10.1.2.3 ::1 1000 443"))) {
                RawClient client = balancer(site).send(header);
                // Several requests on the connection are all that caller's.
                assertEquals(200, client.send(Requests.get("/a")).read().status());
                assertEquals(
                        200, client.send(Requests.post("/b", "body")).read().status());
            }
            String line = site.log.await("\"client\":\"10.1.2.3\"");
            assertTrue(line.contains("\"client_known_by\":\"proxy_protocol\",\"peer\":\"127.0.0.9\""), line);
            assertEquals(
                    200,
                    balancer(site)
                            .send(ProxyHeaders.of("2001:db8::7"))
                            .send(Requests.get("/six"))
                            .read()
                            .status());
            assertEquals(7, upstream.requests().size());
        }
    }

    @Test
    void deniesWhomTheHeaderNames() {
        try (Site site = open()) {
            for (int i = 0; i < 3; i++) {
                RawClient denied = balancer(site).send(ProxyHeaders.of("10.1.0.13"));
                ProblemAssert.problem(403, denied.send(Requests.get("/")).read())
                        .closes();
            }
            assertTrue(site.log.await("\"client\":\"10.1.0.13\"").contains("\"rule_comment\":\"a test\""));
            RawClient unlisted = balancer(site).send(ProxyHeaders.of("10.2.0.1"));
            assertEquals(503, unlisted.send(Requests.post("/", "body")).read().status());
            assertEquals(0, upstream.requests().size());
        }
    }

    @Test
    void deniedCallersTakeNoPlaceOfThoseAllowed() {
        try (Site site = open("countersign.limits.connections = 2", "countersign.limits.event-loops = 4")) {
            for (int i = 0; i < 20; i++) {
                balancer(site).send(ProxyHeaders.of("10.1.0.13"));
            }
            RawClient first = balancer(site).send(ProxyHeaders.of("10.1.2.3"));
            RawClient second = balancer(site).send(ProxyHeaders.of("10.1.2.4"));
            for (int i = 0; i < 3; i++) {
                assertEquals(200, first.send(Requests.get("/")).read().status());
                assertEquals(200, second.send(Requests.get("/")).read().status());
            }
            assertEquals(2, site.metric("countersign_client_connections"));
        }
    }

    @Test
    void aHealthCheckIsTheBalancersOwn() {
        try (Site site = open()) {
            for (byte[] header : List.of(
                    ProxyHeaders.line("UNKNOWN"),
                    ProxyHeaders.binary(ProxyHeaders.LOCAL, ProxyHeaders.UNSPECIFIED, new byte[0]))) {
                RawClient check = balancer(site).send(header);
                assertEquals(403, check.send(Requests.get("/")).read().status());
            }
            site.log.await("\"client\":\"127.0.0.9\"", "\"verdict\":\"denied\"");
            site.write("allow.list", "127.0.0.9\n");
            site.server().reload();
            site.log.await("configuration taken");
            RawClient check = balancer(site).send(ProxyHeaders.line("UNKNOWN"));
            assertEquals(200, check.send(Requests.get("/")).read().status());
            assertFalse(site.log
                    .await("\"client\":\"127.0.0.9\"", "\"verdict\":\"allowed\"")
                    .contains("\"peer\""));
        }
    }

    @Test
    void closesWhoIsNoBalancer() {
        try (Site site = open()) {
            for (int i = 0; i < 3; i++) {
                try (RawClient other = site.connectFrom("127.0.0.8")) {
                    other.send(ProxyHeaders.of("10.1.2.3")).send(Requests.get("/"));
                    assertEquals("", other.readToEnd().rest());
                }
            }
            assertEquals(3, refused(site, "proxy_peer"));
            assertEquals(1, site.log.count("its address is not in proxy-protocol-from"));
            assertEquals(0, upstream.requests().size());
        }
    }

    @Test
    void tellsADeniedBalancerSo() {
        try (Site site = open()) {
            site.write("deny.list", BALANCER + "\n");
            site.server().reload();
            site.log.await("configuration taken");
            RawClient denied = balancer(site).send(ProxyHeaders.line("TCP4 10.1.2.3 10.0.0.1 1000 443"));
            ProblemAssert.problem(403, denied.send(Requests.get("/")).read()).closes();
            site.log.await("\"client\":\"127.0.0.9\"", "\"rule\":\"deny.list:1\"");
        }
    }

    @Test
    void closesWithoutAWordOverABadHeader() {
        try (Site site = open()) {
            RawClient plain = balancer(site).send(Requests.get("/"));
            assertEquals("", plain.readToEnd().rest());
            assertEquals(1, refused(site, "proxy_header_malformed"));
            site.log.await("not a PROXY header", "switch the PROXY protocol on");

            RawClient twice = balancer(site).send(ProxyHeaders.of("10.1.2.3"));
            twice.send(ProxyHeaders.of("10.1.2.4")).send(Requests.get("/"));
            assertEquals("", twice.readToEnd().rest());
            assertEquals(1, refused(site, "proxy_header_twice"));

            RawClient silent = balancer(site);
            assertEquals("", silent.readToEnd().rest());
            assertEquals(1, refused(site, "proxy_header_late"));
            assertEquals(0, upstream.requests().size());
            assertEquals(0, site.metric("countersign_client_connections"));
        }
    }

    @Test
    void floodsOfConnectionsWithoutHeadersKeepNobodyOut() {
        try (Site site = open("countersign.limits.connections = 4", "countersign.limits.event-loops = 4")) {
            for (int i = 0; i < 100; i++) {
                balancer(site);
            }
            // Else a silent one that another loop takes in later finds this one waiting for longest.
            Await.until(
                    "all but those that may wait are refused",
                    () -> refused(site, "proxy_header_limit") + refused(site, "proxy_header_late") >= 100 - 16);
            RawClient good = balancer(site).send(ProxyHeaders.of("10.1.2.3"));
            assertEquals(200, good.send(Requests.get("/")).read().status());
            assertTrue(refused(site, "proxy_header_limit") > 0);
        }
    }

    @Test
    void theAddressWithTheMostConnectionsGivesWayAndNotTheBalancers() {
        try (Site site = open("countersign.limits.connections = 3")) {
            RawClient kept = balancer(site).send(ProxyHeaders.of("10.1.2.3"));
            balancer(site).send(ProxyHeaders.of("10.1.2.4"));
            balancer(site).send(ProxyHeaders.of("10.1.2.4"));
            site.awaitMetric("countersign_client_connections", 3);
            RawClient late = balancer(site).send(ProxyHeaders.of("10.1.2.5"));
            assertEquals(200, late.send(Requests.get("/")).read().status());
            assertEquals(200, kept.send(Requests.get("/")).read().status());
        }
    }

    @Test
    void saysThatThereIsNoRoomAfterTheHeader() {
        try (Site site = open("countersign.limits.connections = 1")) {
            RawClient busy = balancer(site).send(ProxyHeaders.of("10.1.2.3"));
            busy.send("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
            assertEquals(100, busy.readHead().status());
            RawClient late = balancer(site).send(ProxyHeaders.of("10.1.2.4"));
            ProblemAssert.problem(503, late.send(Requests.get("/")).read())
                    .error("connection_limit_reached")
                    .closes();
            assertEquals(200, busy.send("body").read().status());
        }
    }

    @Test
    void takesHeadersOverIpv6() {
        try (Site site = openAt("::1", "::1")) {
            try (RawClient client = RawClient.connectFrom("::1", site.address())) {
                client.send(ProxyHeaders.of("2001:db8::7"));
                assertEquals(200, client.send(Requests.get("/")).read().status());
            }
            assertTrue(site.log.await("\"client\":\"2001:db8:0:0:0:0:0:7\"").contains("\"peer\":\"0:0:0:0:0:0:0:1\""));
        }
    }

    /** A socket for both families shows an IPv4 peer as a mapped address. */
    @Test
    void knowsABalancerByItsMappedAddressToo() {
        try (Site site = openAt("::", "::ffff:127.0.0.9")) {
            RawClient client = RawClient.connectFrom(
                    BALANCER,
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), site.address().getPort()));
            clients.add(client);
            client.send(ProxyHeaders.of("10.1.2.3"));
            assertEquals(200, client.send(Requests.get("/")).read().status());
        }
    }

    /** The header is in the clear, and TLS is between the client and the proxy. */
    @Test
    void takesHeadersBeforeTls() throws IOException {
        Pki pki = new Pki("balanced");
        Pki.writeServer(folder, pki.server());
        Site.write(folder, Site.CONF, Site.conf(upstream.url(), """
                countersign.listeners = [ { bind = "127.0.0.1:0", proxy-protocol = required, proxy-protocol-from = ["%s"]
                                            tls { certificate = "server.pem", key = "server.key" } } ]
                """.formatted(BALANCER)));
        Site.write(folder, "allow.list", "10.1.0.0/16\n");
        Site.write(folder, "deny.list", "10.1.0.13\n");
        try (Site site = new Site(folder)) {
            assertEquals(
                    200,
                    secure(site, pki, ProxyHeaders.of("10.1.2.3"))
                            .send(Requests.get("/a"))
                            .read()
                            .status());
            assertTrue(site.log.await("\"path\":\"/a\"").contains("\"client\":\"10.1.2.3\""));
            assertEquals(
                    403,
                    secure(site, pki, ProxyHeaders.of("10.1.0.13"))
                            .send(Requests.get("/b"))
                            .read()
                            .status());

            byte[] two = ProxyHeaders.join(ProxyHeaders.of("10.1.2.3"), ProxyHeaders.line("TCP4 10.1.2.4 ::1 1 2"));
            assertEquals("", balancer(site).send(two).readToEnd().rest());
            assertEquals(1, refused(site, "proxy_header_twice"));
            RawClient within = secure(site, pki, ProxyHeaders.of("10.1.2.3"));
            ProblemAssert.problem(
                            400,
                            within.send(ProxyHeaders.line("TCP4 10.1.2.4 10.0.0.1 1 2"))
                                    .read())
                    .closes();
            assertThrows(IOException.class, () -> handshake(site, pki, new byte[0]));
            assertEquals(1, refused(site, "proxy_header_malformed"));
            assertEquals(1, upstream.requests().size());
        }
    }

    private RawClient secure(Site site, Pki pki, byte[] header) throws IOException {
        RawClient client = RawClient.over(handshake(site, pki, header));
        clients.add(client);
        return client;
    }

    private static SSLSocket handshake(Site site, Pki pki, byte[] header) throws IOException {
        Socket plain = new Socket();
        plain.bind(new InetSocketAddress(BALANCER, 0));
        plain.connect(site.address());
        plain.setSoTimeout((int) Await.LIMIT.toMillis());
        plain.getOutputStream().write(header);
        SSLSocket secured = (SSLSocket) pki.trusting()
                .getSocketFactory()
                .createSocket(plain, "localhost", site.address().getPort(), true);
        secured.startHandshake();
        return secured;
    }
}
