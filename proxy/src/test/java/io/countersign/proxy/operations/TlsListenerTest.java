package io.countersign.proxy.operations;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.listen.tls.TlsFailure;
import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Pki;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A listener that takes TLS, and what clients do to it that do not speak it, or speak it badly. */
@WireTest
class TlsListenerTest {
    private static final String EXPIRY = "countersign_listener_certificate_expiry_timestamp_seconds";

    private final Pki pki = new Pki("clients and server");
    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir
    private Path folder;

    private FakeUpstream upstream;
    private Site site;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.http();
        open.add(upstream);
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private Site serving(String listener, String tls, String... settings) {
        Pki.writeServer(folder, pki.server());
        Pki.write(folder.resolve("ca.pem"), pki.authority().getCertificatePEM());
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("countersign.listeners = [ { bind = \"127.0.0.1:0\", " + listener
                + " tls { certificate = \"server.pem\", key = \"server.key\"" + tls + " } } ]");
        site = keep(Site.open(folder, upstream, all.toArray(String[]::new)));
        return site;
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    private RawClient connect() {
        return keep(Pki.connect(pki.trusting(), site.address()));
    }

    private static String failures(String reason) {
        return "countersign_client_tls_failures_total{reason=\"" + reason + "\"}";
    }

    @Test
    void servesInBothVersionsOfTls() {
        serving("", "");
        for (String version : List.of("TLSv1.3", "TLSv1.2")) {
            RawClient client = keep(Pki.connect(
                    pki.trusting(), site.address(), socket -> socket.setEnabledProtocols(new String[] {version})));
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        200, client.send(Requests.get("/" + version + i)).read().status());
            }
        }
        assertEquals(6, upstream.requests().size());
    }

    @Test
    void choosesHttp11WhereAClientOffersItBesidesHttp2() throws IOException {
        serving("", "");
        SSLSocket socket = keep(Pki.socket(pki.trusting(), "127.0.0.1", site.address()));
        offer(socket, "h2", "http/1.1");
        socket.startHandshake();

        assertEquals("http/1.1", socket.getApplicationProtocol());
        assertEquals(200, RawClient.over(socket).send(Requests.get("/x")).read().status());
    }

    @Test
    void refusesAClientOfHttp2AloneAndSaysSoOnce() {
        serving("", "");
        for (int i = 0; i < 3; i++) {
            SSLSocket socket = keep(Pki.socket(pki.trusting(), "127.0.0.1", site.address()));
            offer(socket, "h2");
            assertThrows(IOException.class, socket::startHandshake);
        }
        site.awaitMetric(failures("no_http_1_1"), 3);
        assertTrue(site.log.await("no TLS with 127.0.0.1").contains("ALPN"));
        assertEquals(1, site.log.count("no TLS with"));
    }

    private static void offer(SSLSocket socket, String... protocols) {
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
    }

    @Test
    void tellsAClientOfPlainHttpWhatToWrite() {
        serving("", "");
        RawClient plain = keep(site.connect());
        Response response = plain.send(Requests.get("/x")).read();

        assertEquals(400, response.status());
        assertTrue(response.body().contains("https://"), response.body());
        assertEquals("", plain.readToEnd().rest());
        site.awaitMetric(failures("plain_http"), 1);
        assertEquals(200, connect().send(Requests.get("/y")).read().status());
    }

    @Test
    void closesWhatIsNeitherTlsNorHttp() {
        serving("", "");
        RawClient garbage = keep(site.connect());
        assertEquals("", garbage.send("\u0000\u0001\u0002garbage").readToEnd().rest());
        RawClient brokenRecord = keep(site.connect());
        brokenRecord.send("\u0016\u0003\u0001\u0000\u0004abcd").readToEnd();
        site.awaitMetric(failures("broken"), 2);
    }

    @Test
    void takesNoSecondHandshake() throws IOException {
        serving("", "");
        SSLSocket socket = keep(Pki.socket(pki.trusting(), "127.0.0.1", site.address()));
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        socket.startHandshake();
        RawClient client = RawClient.over(socket);
        assertEquals(200, client.send(Requests.get("/x")).read().status());

        assertThrows(IOException.class, () -> {
            socket.startHandshake();
            socket.getOutputStream().write(Requests.get("/y").getBytes(US_ASCII));
            if (socket.getInputStream().read() < 0) {
                throw new SSLException("closed");
            }
        });
        assertEquals(1, upstream.requests().size());
        assertEquals(0, site.log.count("a fault of the proxy's own"));
    }

    @Test
    void carriesLargeBodiesBothWays() {
        serving("", "", "countersign.limits { body = 4 MiB, event-loops = 2 }");
        String body = "0123456789abcdef".repeat(128 * 1024);
        for (int i = 0; i < 3; i++) {
            Response response = connect()
                    .send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length() + "\r\n\r\n"
                            + body)
                    .read("POST");
            assertEquals(200, response.status());
            assertEquals(body.length(), upstream.requests().get(i).body().length());
        }
    }

    @Test
    void tellsADeniedCallerSo() {
        serving("", "");
        site.write("deny.list", "127.0.0.1\n");
        site.log.await("configuration taken", "deny.list +1");
        Response response = connect().send(Requests.get("/x")).read();

        assertEquals(403, response.status());
        assertTrue(response.body().contains("deny.list:1"), response.body());
    }

    @Test
    void endsAHandshakeThatTakesTooLong() {
        serving("head-timeout = 500ms,", "");
        RawClient slow = keep(site.connect());
        long begun = System.nanoTime();
        slow.send("\u0016\u0003\u0001");
        RawClient.End end = slow.readToEnd();

        assertEquals("", end.rest());
        assertTrue(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) < 10_000);
        site.awaitMetric(failures("timeout"), 1);
    }

    /** However often its client drips a byte. */
    @Test
    void aDrippingHandshakeEndsAllTheSame() {
        serving("head-timeout = 2s,", "");
        RawClient slow = keep(site.connect());
        slow.send("\u0016\u0003\u0001\u0001\u0000\u0001\u0000\u0000\u00fc\u0003\u0003");
        Await.until("the connection is closed", () -> {
            Await.pace(Duration.ofMillis(500));
            return !slow.trySend("a".getBytes(US_ASCII));
        });
        site.awaitMetric(failures("timeout"), 1);
        assertEquals(200, connect().send(Requests.get("/y")).read().status());
    }

    @Test
    void halfOpenHandshakesKeepNobodyOut() {
        serving("", "", "countersign.limits { connections = 64, event-loops = 4 }");
        for (int i = 0; i < 200; i++) {
            RawClient one = keep(site.connectFrom("127.0.0." + (2 + i % 3)));
            // The first bytes of a hello that never ends.
            one.send("\u0016\u0003\u0001\u0001\u0000\u0001\u0000\u0000\u00fc\u0003\u0003");
            if (i % 20 == 19) {
                assertEquals(200, connect().send(Requests.get("/" + i)).read().status());
            }
        }
        Await.until(
                "no more than 16 handshakes are under way",
                () -> site.metric("countersign_client_tls_handshakes") <= 16);
        assertTrue(site.metric(failures("gave_way")) > 0);
        for (int i = 0; i < 10; i++) {
            assertEquals(200, connect().send(Requests.get("/late" + i)).read().status());
        }
    }

    @Test
    void endsWithinHandshakesAndWithinRequests() {
        serving("", "", "countersign.limits { event-loops = 2 }");
        for (int i = 0; i < 10; i++) {
            keep(site.connect()).send("\u0016\u0003\u0001\u0001\u0000\u0001\u0000");
            connect().send("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nabc");
        }
        site.server().close();
        assertEquals(0, site.log.count("a fault of the proxy's own"));
    }

    @Test
    void takesARenewedCertificateForNewConnectionsAndKeepsTheLastGoodOne() throws IOException {
        serving("", "");
        RawClient before = connect();
        assertEquals(200, before.send(Requests.get("/a")).read().status());
        X509Certificate first = shown(pki.trusting());
        assertEquals(
                (double) first.getNotAfter().toInstant().getEpochSecond(),
                site.metric(EXPIRY + "{listener=\"127.0.0.1:0\"}"));

        X509Bundle renewed = Pki.writeServer(folder, pki.server());
        site.log.await("configuration taken", "listeners changed");
        assertEquals(0, site.log.count("takes effect after a restart"));
        assertEquals(renewed.getCertificate(), shown(pki.trusting()));
        assertNotEquals(first, renewed.getCertificate());
        assertEquals(200, before.send(Requests.get("/b")).read().status());

        Pki.write(folder.resolve("server.key"), pki.server().getPrivateKeyPEM());
        String fault = site.log.await("ERROR configuration not taken", "key");
        assertTrue(fault.contains("does not belong to the first certificate"), fault);
        assertEquals(renewed.getCertificate(), shown(pki.trusting()));
    }

    private X509Certificate shown(SSLContext context) throws IOException {
        try (SSLSocket socket = Pki.socket(context, "127.0.0.1", site.address())) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void asksClientsForACertificate() {
        serving("", ", client-ca = \"ca.pem\", client-auth = required");
        X509Bundle good = pki.client("CN=agent-1");
        assertEquals(200, status(pki.with(good)));

        refuses(pki.trusting(), "no_certificate");
        // An authority that only calls itself by the same name: by another one a client would not even try.
        X509Bundle stranger = new Pki("clients and server").client("CN=agent-1");
        refuses(pki.with(stranger), "untrusted");
        X509Bundle forServers = pki.server();
        refuses(pki.with(forServers), "untrusted", 2);
        X509Bundle expired = pki.client(builder -> builder.subject("CN=old")
                .notBefore(Instant.now().minus(Duration.ofDays(20)))
                .notAfter(Instant.now().minus(Duration.ofDays(1))));
        refuses(pki.with(expired), "expired");
    }

    @Test
    void asksAndTakesAClientWithoutACertificateWhereItIsOptional() {
        serving("", ", client-ca = \"ca.pem\", client-auth = optional");
        assertEquals(200, status(pki.trusting()));
        assertEquals(200, status(pki.with(pki.client("CN=agent-1"))));
    }

    @Test
    void refusesWhomARevocationListNames() {
        X509Bundle revoked = pki.client("CN=revoked");
        X509Bundle good = pki.client("CN=good");
        Pki.write(folder.resolve("revoked.pem"), pki.crl(Duration.ofDays(2), revoked));
        serving("", ", client-ca = \"ca.pem\", client-auth = required, crl = \"revoked.pem\"");
        SSLContext goodClient = pki.with(good);
        assertEquals(200, status(goodClient));
        refuses(pki.with(revoked), "revoked");

        Pki.write(folder.resolve("revoked.pem"), pki.crl(Duration.ofDays(2), revoked, good));
        site.log.await("configuration taken", "listeners changed");
        // Its session of before is worth nothing either.
        refuses(goodClient, "revoked", 2);
    }

    /** Nobody can say then whether a certificate still counts. */
    @Test
    void refusesAllWhenTheListHasEnded() {
        Pki.write(folder.resolve("revoked.pem"), pki.crl(Duration.ofHours(-1)));
        serving("", ", client-ca = \"ca.pem\", client-auth = required, crl = \"revoked.pem\"");
        refuses(pki.with(pki.client("CN=good")), "revocation_unknown");
        assertTrue(site.log.await("no TLS with").contains("CN=good"));
    }

    @Test
    void theManualHasEveryReason() throws IOException {
        String manual = Files.readString(Path.of("../docs/TLS.md"));
        for (TlsFailure each : TlsFailure.values()) {
            assertTrue(manual.contains("| `" + each.label() + "` |"), each::label);
        }
    }

    private int status(SSLContext context) {
        try (RawClient client = Pki.connect(context, site.address())) {
            return client.send(Requests.get("/x")).read().status();
        }
    }

    private void refuses(SSLContext context, String reason) {
        refuses(context, reason, 1);
    }

    private void refuses(SSLContext context, String reason, int count) {
        int before = upstream.requests().size();
        try (RawClient client = Pki.connect(context, site.address())) {
            assertTrue(client.send(Requests.get("/refused")).tryRead().isEmpty());
        }
        site.awaitMetric(failures(reason), count);
        assertEquals(before, upstream.requests().size());
    }
}
