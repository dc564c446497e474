package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.SilentServer;
import io.countersign.proxy.testing.TestCertificates;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.ConnectProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that are reached through a forward proxy, and what is said when it opens no tunnel. */
@WireTest
class EgressTest {
    /** A name that nothing but the proxy could know. */
    private static final String URL = "https://api.example";

    private static final String PASSWORD = "passw0rdCANARY";

    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();
    private FakeUpstream upstream;
    private ConnectProxy egress;

    @BeforeEach
    void start() {
        upstream = keep(FakeUpstream.https());
        egress = keep(ConnectProxy.to(upstream.port()));
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        open.clear();
    }

    @Test
    void theEnvironmentsProxyIsAskedForATunnelByName() {
        Response response = start(Map.of("HTTPS_PROXY", egress.url(""))).exchange(Requests.get("/w"));
        assertEquals(200, response.status(), response::toString);
        assertEquals(
                List.of("CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\nUser-Agent: countersign\r\n\r\n"),
                egress.heads());
        assertEquals("api.example", upstream.request().head().value("Host"));
    }

    @Test
    void aTunnelIsKeptForTheNextRequest() {
        TestProxy proxy = start(Map.of("https_proxy", egress.url("")));
        for (int i = 0; i < 3; i++) {
            assertEquals(200, proxy.exchange(Requests.get("/" + i)).status());
        }
        assertEquals(1, egress.heads().size());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void tunnelsAreOpenedOnAllLoopsAtOnce(int loops) throws Exception {
        TestProxy proxy = start(
                Map.of("HTTPS_PROXY", egress.url("user:" + PASSWORD + "@")),
                "countersign.limits.event-loops = " + loops);
        egress.demanding("dXNlcjpwYXNzdzByZENBTkFSWQ==");
        List<CompletableFuture<Response>> responses = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            String request = Requests.get("/" + i);
            responses.add(CompletableFuture.supplyAsync(() -> proxy.exchange(request)));
        }
        for (CompletableFuture<Response> each : responses) {
            assertEquals(200, each.get(60, TimeUnit.SECONDS).status());
        }
        assertEquals(24, upstream.requests().size());
    }

    @Test
    void userAndPasswordAreSentDecodedAndUnasked() {
        egress.demanding("dXNlcjpwOnNzIHcwcmQ=");
        Response response =
                start(Map.of("HTTPS_PROXY", egress.url("user:p%3Ass%20w0rd@"))).exchange(Requests.get("/w"));
        assertEquals(200, response.status(), response::toString);
        assertEquals(1, egress.heads().size());
    }

    @Test
    void theRoutesOwnProxyComesBeforeTheEnvironments() {
        TestProxy proxy = start(
                Map.of("HTTPS_PROXY", "http://127.0.0.1:" + SilentServer.unusedPort(), "NO_PROXY", "*"),
                TestProxy.main("proxy = \"" + egress.url("") + "\""));
        assertEquals(200, proxy.exchange(Requests.get("/w")).status());
    }

    @Test
    void noneGoesDirectly() {
        TestProxy proxy = start(Map.of("HTTPS_PROXY", egress.url("")), TestProxy.main("proxy = none"));
        Response response = proxy.exchange(Requests.get("/w"));
        assertEquals(502, response.status());
        assertTrue(response.body().contains("the name api.example "), response.body());
        assertTrue(egress.heads().isEmpty());
    }

    @Test
    void loopbackIsNeverReachedThroughAProxy() {
        TestProxy proxy = keep(TestProxy.startIn(
                Map.of("HTTPS_PROXY", egress.url("")),
                upstream.url(),
                TestProxy.main("tls.ca = \"" + upstream.authority().orElseThrow() + "\"")));
        assertEquals(200, proxy.exchange(Requests.get("/w")).status());
        assertTrue(egress.heads().isEmpty());
    }

    @Test
    void theProxyMayBeSpokenToOverTls() {
        TestCertificates certificates = new TestCertificates();
        ConnectProxy secure = keep(ConnectProxy.overTls(upstream.port(), certificates.serverContext()));
        String trust = TestProxy.main("tls.ca = \"" + bundle(certificates) + "\"");
        Response response = start(Map.of("HTTPS_PROXY", secure.url("")), trust).exchange(Requests.get("/w"));
        assertEquals(200, response.status(), response::toString);
        assertEquals(1, secure.heads().size());
    }

    /** Neither a pin nor anything else that the route says of its upstream makes an unknown proxy trusted. */
    @Test
    void aProxyWithACertificateOfSomebodyElseGetsNoPassword() {
        ConnectProxy secure = keep(ConnectProxy.overTls(upstream.port(), new TestCertificates().serverContext()));
        TestProxy proxy = start(Map.of("HTTPS_PROXY", secure.url("user:" + PASSWORD + "@")));
        Response response = proxy.exchange(Requests.get("/w"));
        assertEquals(502, response.status(), response::toString);
        assertTrue(response.head().text().contains("tls_certificate_error"), response.toString());
        assertTrue(response.body().contains("the certificate of 127.0.0.1:" + secure.port()), response.body());
        assertTrue(secure.heads().isEmpty());
    }

    @Test
    void aMissingLoginIsSaid() {
        egress.demanding("eA==");
        Response response = start(Map.of("HTTPS_PROXY", egress.url(""))).exchange(Requests.get("/w"));
        assertFails(response, "proxy_configuration_error", "demands a user and password (407)", "HTTPS_PROXY");
    }

    @Test
    void aWrongLoginIsSaidAndNotShown() {
        egress.demanding("eA==");
        Response response = start(Map.of("HTTPS_PROXY", egress.url("user:" + PASSWORD + "@")))
                .exchange(Requests.get("/w"));
        assertFails(response, "proxy_configuration_error", "rejects the user or the password in its URL (407)");
    }

    @Test
    void anotherSchemeThanBasicIsSaid() {
        egress.answering("HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n");
        Response response = start(Map.of("HTTPS_PROXY", egress.url(""))).exchange(Requests.get("/w"));
        assertFails(response, "proxy_configuration_error", "not by user and password (Basic)");
    }

    @Test
    void aRefusalIsSaid() {
        egress.answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        Response response = start(Map.of("HTTPS_PROXY", egress.url(""))).exchange(Requests.get("/w"));
        assertFails(response, "destination_unavailable", "does not permit connections to api.example:443 (403)");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    void aProxyThatCannotReachTheUpstreamIsSaid(int status) {
        egress.answering("HTTP/1.0 " + status + " Whatever\r\n\r\n");
        Response response = start(Map.of("HTTPS_PROXY", egress.url(""))).exchange(Requests.get("/w"));
        assertFails(response, "destination_unavailable", "can't reach api.example:443 (" + status + ")");
    }

    @Test
    void whatIsNoProxyIsSaid() {
        egress.answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        Response response = start(Map.of("HTTPS_PROXY", egress.url(""))).exchange(Requests.get("/w"));
        assertFails(response, "destination_unavailable", "answered the request for a tunnel", "404");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.6\r\n",
                "HTTP/2 200\r\n\r\n",
                "HTTP/1.1 200 OK\nX: y\n\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
            })
    void whatCannotBeReadIsSaid(String bytes) {
        egress.answering(bytes);
        Response response = start(Map.of("HTTPS_PROXY", egress.url(""))).exchange(Requests.get("/w"));
        assertFails(response, "destination_unavailable", "did not answer in HTTP/1.1");
    }

    @Test
    void aHeadWithoutEndIsBounded() {
        egress.answering("HTTP/1.1 200 OK\r\nX: " + "x".repeat(16 * 1024));
        Response response = start(Map.of("HTTPS_PROXY", egress.url(""))).exchange(Requests.get("/w"));
        assertFails(response, "destination_unavailable", "did not answer in HTTP/1.1");
    }

    @Test
    void aProxyThatClosesIsSaid() {
        egress.answering("");
        Response response = start(Map.of("HTTPS_PROXY", egress.url(""))).exchange(Requests.get("/w"));
        assertFails(response, "destination_unavailable", "closed the connection when it was asked for a tunnel");
    }

    @Test
    void aProxyThatIsNotThereIsSaid() {
        int port = SilentServer.unusedPort();
        Response response = start(Map.of("HTTPS_PROXY", "http://user:" + PASSWORD + "@127.0.0.1:" + port))
                .exchange(Requests.get("/w"));
        assertFails(response, "connection_refused", "127.0.0.1:" + port + " refuses connections");
    }

    @Test
    void aProxyThatDoesNotAnswerIsSaid() {
        Gate gate = new Gate();
        egress.before(gate::pass);
        Response response = start(Map.of("HTTPS_PROXY", egress.url("")), TestProxy.main("timeouts.connect = 300ms"))
                .exchange(Requests.get("/w"));
        assertEquals(503, response.status(), response::toString);
        assertTrue(response.head().text().contains("connection_timeout"), response.toString());
        assertTrue(response.body().contains("the proxy opened no tunnel within 300 ms"), response.body());
        gate.open();
    }

    /** A 2xx to CONNECT has no body, whatever it says (RFC 9110 section 9.3.6). */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 0\r\n", "Content-Length: 7\r\n", "Transfer-Encoding: chunked\r\n"})
    void aTunnelsHeadHasNoBody(String field) {
        egress.answering("HTTP/1.1 200 OK\r\n" + field + "\r\n");
        Response response = start(Map.of("HTTPS_PROXY", egress.url(""))).exchange(Requests.get("/w"));
        assertEquals(200, response.status(), response::toString);
    }

    @Test
    void interimResponsesArePassedOverAndCounted() {
        egress.answering("HTTP/1.1 200 OK\r\n\r\n");
        String interim = "HTTP/1.1 103 Early Hints\r\n\r\n";
        egress.answering(interim.repeat(5) + "HTTP/1.1 200 OK\r\n\r\n");
        Response response = start(Map.of("HTTPS_PROXY", egress.url(""))).exchange(Requests.get("/w"));
        assertFails(response, "destination_unavailable", "interim");
    }

    /** They have come through the tunnel, where nothing but TLS may speak: an answer that a proxy made up reaches nobody. */
    @Test
    void bytesBehindTheHeadAreNoResponse() {
        egress.answering("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        Response response = start(Map.of("HTTPS_PROXY", egress.url(""))).exchange(Requests.get("/w"));
        assertEquals(502, response.status(), response::toString);
        assertTrue(response.head().text().contains("tls_protocol_error"), response.toString());
        assertFalse(response.body().contains("evil"), response.body());
        assertTrue(response.body().contains("no TLS with api.example:443: what it sent is not TLS"), response.body());
    }

    private void assertFails(Response response, String token, String... words) {
        assertEquals(502, response.status(), response::toString);
        assertTrue(response.head().text().contains(token), response.toString());
        for (String each : words) {
            assertTrue(response.body().contains(each), response.body());
        }
        assertFalse(response.toString().contains(PASSWORD), response.toString());
        assertTrue(upstream.requests().isEmpty());
    }

    private TestProxy start(Map<String, String> environment, String... settings) {
        List<String> all = new ArrayList<>();
        all.add("countersign.routes.main { upstream { url = \"" + URL + "\", sni = localhost }, on-failure = relay }");
        all.add(TestProxy.main("tls.ca = \"" + upstream.authority().orElseThrow() + "\""));
        all.addAll(List.of(settings));
        return keep(TestProxy.startIn(new HashMap<>(environment), URL, all.toArray(String[]::new)));
    }

    /** What trusts the upstream and the proxy. */
    private Path bundle(TestCertificates proxys) {
        try {
            Path more = proxys.authorityFile();
            keep(() -> Files.delete(more));
            String both = Files.readString(upstream.authority().orElseThrow()) + Files.readString(more);
            return Files.writeString(folder.resolve("both.pem"), both);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T extends AutoCloseable> T keep(T one) {
        open.add(one);
        return one;
    }
}
