package io.countersign.proxy.operations;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.StartFailure;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Pki;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call by the certificate that they show. */
@WireTest
class MutualTlsTest {
    private final Pki pki = new Pki("agents");
    private final List<AutoCloseable> open = new ArrayList<>();
    private final X509Bundle agent =
            pki.client(builder -> builder.subject("CN=agent-1").addSanUriName("spiffe://prod/agents/a"));

    @TempDir
    private Path folder;

    private FakeUpstream upstream;
    private Site site;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.http();
        open.add(upstream);
        Pki.writeServer(folder, pki.server());
        Pki.write(folder.resolve("ca.pem"), pki.authority().getCertificatePEM());
        Pki.write(folder.resolve("revoked.pem"), pki.crl(Duration.ofDays(2)));
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private static String listener(String more) {
        return "countersign.listeners = [ { bind = \"127.0.0.1:0\", " + more
                + " tls { certificate = \"server.pem\", key = \"server.key\","
                + " client-ca = \"ca.pem\", client-auth = required, crl = \"revoked.pem\" } } ]";
    }

    private Site serving(String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add(0, listener(""));
        site = keep(Site.open(folder, upstream, all.toArray(String[]::new)));
        return site;
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    private RawClient connect(X509Bundle own) {
        return keep(Pki.connect(pki.with(own), site.address()));
    }

    private Response call(X509Bundle own) {
        return connect(own).send(Requests.get("/x")).read();
    }

    @Test
    void allowsByEachKindOfName() {
        serving(
                "countersign.access.allow-certificates = [\"spiffe://prod/agents/*\", \"CN=job-*\", \"DNS:*.agents.internal\"]");

        assertEquals(200, call(agent).status());
        assertEquals(200, call(pki.client("CN=job-7")).status());
        assertEquals(
                200,
                call(pki.client(builder -> builder.subject("CN=x").addSanDnsName("b.agents.internal")))
                        .status());
        Response denied = call(pki.client("CN=other"));
        assertEquals(403, denied.status());
        assertTrue(denied.body().contains("in no entry of access.allow-certificates"), denied.body());
        assertEquals(3, upstream.requests().size());
        String line = site.log.await("\"status\":403");
        assertTrue(line.contains("\"certificate\":\"CN=other\""), line);
        assertTrue(line.contains("allow-certificates"), line);
        assertTrue(site.log.await("\"status\":200").contains("\"certificate\":\"spiffe://prod/agents/a\""));
    }

    /** curl has a TLS of its own, and reads the files as an operator writes them. */
    @Test
    void servesCurlWithACertificateAndNoOther() throws Exception {
        serving("countersign.access.allow-certificates = [\"CN=agent-*\"]");
        Pki.write(folder.resolve("client.pem"), agent.getCertificatePEM());
        Pki.write(folder.resolve("client.key"), agent.getPrivateKeyPEM());

        assertEquals("200", curl("--cert", "client.pem", "--key", "client.key"));
        assertEquals("200", curl("--cert", "client.pem", "--key", "client.key", "--tls-max", "1.2", "-d", "a body"));
        assertEquals("000", curl());
        assertEquals(2, upstream.requests().size());
        site.awaitMetric("countersign_client_tls_failures_total{reason=\"no_certificate\"}", 1);
    }

    /** The status, or 000 where there is no response. */
    private String curl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "60", "--cacert", "ca.pem"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-o", "answer", "-w", "%{http_code}"));
        command.add("https://localhost:" + site.address().getPort() + "/x");
        Process curl = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(curl.getInputStream().readAllBytes(), US_ASCII);
    }

    /** A session that is resumed has no certificate among its messages. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aResumedSessionIsThatOfTheSameCertificate(String version) {
        serving("countersign.access.allow-certificates = [\"CN=agent-*\"]");
        SSLContext context = pki.with(agent);
        List<Long> created = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            SSLSocket socket = keep(Pki.socket(context, "127.0.0.1", site.address()));
            socket.setEnabledProtocols(new String[] {version});
            assertEquals(
                    200, RawClient.over(socket).send(Requests.get("/x")).read().status());
            created.add(socket.getSession().getCreationTime());
        }
        assertEquals(created.get(0), created.get(2), "the client resumed its session");
        Await.until(
                "three lines with the certificate",
                () -> site.log.count("\"certificate\":\"spiffe://prod/agents/a\"") == 3);
    }

    @Test
    void aDenyActsOnOpenConnections() {
        serving("countersign.access.allow-certificates = [\"spiffe://prod/agents/*\"]");
        RawClient client = connect(agent);
        assertEquals(200, client.send(Requests.get("/a")).read().status());

        site.write(
                Site.CONF,
                Site.conf(
                        upstream.url(),
                        listener(""),
                        "countersign.access.allow-certificates = [\"spiffe://prod/agents/*\"]",
                        "countersign.access.deny-certificates = [\"CN=agent-1\"]"));
        site.log.await("configuration taken", "deny-certificates changed");
        Response denied = client.send(Requests.get("/b")).read();

        assertEquals(403, denied.status());
        assertTrue(denied.body().contains("access.deny-certificates[0]"), denied.body());
        assertEquals(1, upstream.requests().size());
    }

    @Test
    void aRevocationActsOnOpenConnections() {
        serving();
        X509Bundle other = pki.client("CN=other");
        RawClient revoked = connect(agent);
        RawClient good = connect(other);
        assertEquals(200, revoked.send(Requests.get("/a")).read().status());
        assertEquals(200, good.send(Requests.get("/a")).read().status());

        Pki.write(folder.resolve("revoked.pem"), pki.crl(Duration.ofDays(2), agent));
        site.log.await("configuration taken");
        Response denied = revoked.send(Requests.get("/b")).read();

        assertEquals(403, denied.status());
        assertEquals(200, good.send(Requests.get("/b")).read().status());
        assertTrue(site.log.await("\"status\":403").contains("revoked since it connected"));
    }

    @Test
    void aCertificateThatExpiresEndsItsConnection() {
        serving();
        X509Bundle brief = pki.client(builder -> builder.subject("CN=brief")
                .notBefore(Instant.now().minusSeconds(60))
                .notAfter(Instant.now().plusSeconds(3)));
        RawClient client = connect(brief);
        assertEquals(200, client.send(Requests.get("/a")).read().status());
        Await.until(
                "the certificate is over",
                () -> Instant.now().isAfter(brief.getCertificate().getNotAfter().toInstant()));

        assertEquals(403, client.send(Requests.get("/b")).read().status());
    }

    @Test
    void addressesHaveToAllowTheCallerToo() {
        serving("countersign.access.allow-certificates = [\"CN=agent-*\"]");
        assertEquals(200, call(agent).status());
        site.write("deny.list", "127.0.0.1\n");
        site.log.await("configuration taken", "deny.list +1");
        assertEquals(403, call(agent).status());
        site.write("deny.list", "# nobody\n");
        site.write("allow.list", "192.0.2.1\n");
        site.log.await("configuration taken", "allow.list +1");
        assertEquals(403, call(agent).status());
    }

    @Test
    void policiesSeeThatItCameByTls() throws Exception {
        Pki.write(folder.resolve("policy.json"), """
                {"Version": "2012-10-17", "Statement": [
                  {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"},
                  {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*",
                   "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
                ]}
                """);
        serving("countersign.access.policy-files = [\"policy.json\"]");
        assertEquals(200, call(agent).status());
    }

    /** Off loopback a rule has to choose who may call; certificates are such a rule where there is no connection without one. */
    @Test
    void needsNoAddressListWhereCertificatesChoose() throws Exception {
        String conf = """
                countersign {
                  listeners = [ { bind = "0.0.0.0:0", tls { certificate = "server.pem", key = "server.key",
                                  client-ca = "ca.pem", client-auth = %s } } ]
                  admin { bind = "127.0.0.1:0" }
                  access.allow-certificates = [%s]
                  credentials { default { access-key-id = AKIDEXAMPLE, secret-access-key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00 } }
                  routes { main { upstream = "%s", service = execute-api, region = us-east-1 } }
                }
                """;
        refuses(conf.formatted("optional", "\"CN=agent-*\"", upstream.url()));
        refuses(conf.formatted("required", "", upstream.url()));
        try (ProxyServer server = ProxyServer.start(
                HoconSource.text(conf.formatted("required", "\"CN=agent-*\"", upstream.url()), folder, Map.of()))) {
            SSLContext context = pki.with(agent);
            try (RawClient client = Pki.connect(
                    context,
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), server.address().getPort()))) {
                assertEquals(200, client.send(Requests.get("/x")).read().status());
            }
            try (RawClient client = Pki.connect(
                    pki.with(pki.client("CN=other")),
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), server.address().getPort()))) {
                assertEquals(403, client.send(Requests.get("/x")).read().status());
            }
        }
    }

    private void refuses(String conf) {
        StartFailure failure =
                assertThrows(StartFailure.class, () -> ProxyServer.start(HoconSource.text(conf, folder, Map.of())));
        assertTrue(
                failure.faults().toString().contains("is not loopback"),
                failure.faults().toString());
    }
}
