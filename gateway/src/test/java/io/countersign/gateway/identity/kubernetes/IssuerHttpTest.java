package io.countersign.gateway.identity.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.RSAKey;
import io.countersign.gateway.testing.TestAuthority;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.egress.Egress;
import io.countersign.testing.Await;
import io.countersign.testing.ConnectProxy;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class IssuerHttpTest {
    private static final RSAKey KEY = LocalIssuer.rsa("one");

    @TempDir
    Path folder;

    private LocalIssuer issuer;

    @BeforeEach
    void start() throws IOException {
        issuer = LocalIssuer.start(KEY);
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    private static IssuerHttp http(String issuer, Optional<Path> ca, Optional<Path> token) {
        return new IssuerHttp(config(issuer, ca, token, Map.of()), System::nanoTime);
    }

    private static KubernetesConfig config(
            String issuer, Optional<Path> ca, Optional<Path> token, Map<String, String> environment) {
        return new KubernetesConfig(
                URI.create(issuer),
                "a",
                ca,
                token,
                Duration.ofMinutes(5),
                Duration.ofHours(1),
                Egress.of(Environment.of(environment)));
    }

    private String fault() {
        return assertThrows(
                        IOException.class,
                        () -> http(issuer.url(), Optional.empty(), Optional.empty())
                                .keys())
                .getMessage();
    }

    @Test
    void findsTheKeysByTheDiscoveryDocument() throws IOException {
        assertTrue(http(issuer.url(), Optional.empty(), Optional.empty()).keys().contains("\"kid\":\"one\""));
        assertEquals(List.of(), issuer.authorizations);
    }

    @Test
    void showsTheTokenThatTheFileHasNow() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "first\n");
        IssuerHttp http = http(issuer.url(), Optional.empty(), Optional.of(token));
        http.keys();
        Files.writeString(token, "second\n");
        http.keys();
        assertEquals(List.of("Bearer first", "Bearer first", "Bearer second", "Bearer second"), issuer.authorizations);
        Files.writeString(token, "sec\nret");
        String fault = assertThrows(IOException.class, http::keys).getMessage();
        assertFalse(fault.contains("sec"), fault);
    }

    @Test
    void takesTheDocumentOfNoOtherIssuer() {
        String other = issuer.url().replace("127.0.0.1", "localhost");
        String fault = assertThrows(
                        IOException.class,
                        () -> http(other, Optional.empty(), Optional.empty()).keys())
                .getMessage();
        assertTrue(fault.contains("is of the issuer \"" + issuer.url() + "\""), fault);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.com/keys",
                "file:///etc/passwd",
                "jar:file:/x!/y",
                "ftp://a/b",
                "keys",
                "https://u@h/k",
                "ht tp"
            })
    void takesKeysByHttpsAlone(String url) {
        issuer.keysUrl = Optional.of(url);
        assertTrue(fault().contains("is not an https URL"), fault());
    }

    @Test
    void aPortThatDoesNotExistIsAFaultLikeAnyOther() {
        issuer.keysUrl = Optional.of("https://127.0.0.1:70000/keys");
        assertTrue(fault().contains("70000"), fault());
    }

    @Test
    void followsNoRedirect() {
        issuer.status = 302;
        assertTrue(fault().contains("answers 302"), fault());
    }

    @Test
    void saysThatATokenIsWanted() {
        issuer.status = 403;
        assertTrue(fault().contains("token-file"), fault());
    }

    @Test
    void readsNoMoreThanKeysCanBe() {
        issuer.body = Optional.of("x".repeat(300_000));
        assertTrue(fault().contains("more than 262144 bytes"), fault());
    }

    /** Each byte is within the time for a read. */
    @Test
    void aHeadThatNeverEndsIsGivenUp() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread trickle = new Thread(() -> {
                try (Socket socket = server.accept()) {
                    socket.getOutputStream().write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
                    while (true) {
                        socket.getOutputStream().write('x');
                        Thread.sleep(20);
                    }
                } catch (IOException | InterruptedException e) {
                    // The other side has given up.
                }
            });
            trickle.start();
            KubernetesConfig config =
                    config("http://127.0.0.1:" + server.getLocalPort(), Optional.empty(), Optional.empty(), Map.of());
            IssuerHttp http = new IssuerHttp(config, System::nanoTime, Duration.ofMillis(200));
            assertThrows(IOException.class, http::keys);
            trickle.join();
        }
    }

    @Test
    void trustsOnlyTheAuthoritiesOfTheFile() throws Exception {
        X509Bundle certificate = new CertificateBuilder()
                .ecp256()
                .subject("CN=issuer")
                .setIsCertificateAuthority(true)
                .addSanIpAddress("127.0.0.1")
                .buildSelfSigned();
        X509Bundle other = new CertificateBuilder()
                .ecp256()
                .subject("CN=other")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(certificate.toKeyManagerFactory().getKeyManagers(), null, null);
        Path right = Files.writeString(folder.resolve("right.pem"), certificate.getCertificatePEM());
        Path wrong = Files.writeString(folder.resolve("wrong.pem"), other.getCertificatePEM());
        try (LocalIssuer secure = LocalIssuer.startTls(tls, KEY)) {
            assertTrue(http(secure.url(), Optional.of(right), Optional.empty())
                    .keys()
                    .contains("one"));
            for (Optional<Path> ca : List.of(Optional.of(wrong), Optional.<Path>empty())) {
                assertThrows(
                        IOException.class,
                        () -> http(secure.url(), ca, Optional.empty()).keys());
            }
            String named = secure.url().replace("127.0.0.1", "localhost");
            assertThrows(
                    IOException.class,
                    () -> http(named, Optional.of(right), Optional.empty()).keys());
        }
    }

    /** An issuer that only the proxy could know. */
    private final class Elsewhere implements AutoCloseable {
        final String url = "https://oidc.example/id/cluster";
        final TestAuthority authority = new TestAuthority();
        final Path ca;
        final LocalIssuer server;

        Elsewhere() throws IOException {
            ca = authority.writeTo(folder.resolve("issuer.pem"));
            server = LocalIssuer.startTls(authority.server("oidc.example"), KEY);
            server.named = Optional.of(url);
        }

        IssuerHttp through(ConnectProxy proxy, String login, Optional<Path> token, Duration whole) {
            return new IssuerHttp(
                    config(url, Optional.of(ca), token, Map.of("HTTPS_PROXY", proxy.url(login))),
                    System::nanoTime,
                    whole);
        }

        @Override
        public void close() {
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void goesThroughTheEnvironmentsProxyToAnIssuerElsewhere(boolean tls) throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "first\n");
        try (Elsewhere issuer = new Elsewhere();
                ConnectProxy proxy = tls
                        ? ConnectProxy.overTls(issuer.server.port(), issuer.authority.server("localhost"))
                        : ConnectProxy.to(issuer.server.port())) {
            proxy.demanding("dTpw");
            String keys = issuer.through(proxy, "u:p@", Optional.of(token), Duration.ofSeconds(20))
                    .keys();
            assertTrue(keys.contains("\"kid\":\"one\""), keys);
            assertEquals(2, proxy.heads().size());
            assertTrue(
                    proxy.heads().stream().allMatch(head -> head.startsWith("CONNECT oidc.example:443 HTTP/1.1\r\n")));
            assertFalse(proxy.heads().toString().contains("first"), "the token is for the issuer");
            assertEquals(List.of("Bearer first", "Bearer first"), issuer.server.authorizations);
        }
    }

    @Test
    void aProxyThatRefusesIsNamed() throws Exception {
        try (Elsewhere issuer = new Elsewhere();
                ConnectProxy proxy = ConnectProxy.to(issuer.server.port()).demanding("eA==")) {
            IssuerHttp http = issuer.through(proxy, "u:passw0rd@", Optional.empty(), Duration.ofSeconds(20));
            String fault = assertThrows(IOException.class, http::keys).getMessage();
            assertTrue(fault.contains("rejects the user or the password in its URL (407)"), fault);
            assertTrue(
                    fault.contains("configuration: http://127.0.0.1:" + proxy.port() + " (HTTPS_PROXY): the proxy"),
                    fault);
            assertFalse(fault.contains("passw0rd"), fault);
            issuer.server.status = 403;
            proxy.demanding("");
            fault = assertThrows(IOException.class, http::keys).getMessage();
            assertTrue(fault.contains("answers 403; an API server wants a token"), fault);
            issuer.server.status = 200;
            issuer.server.body = Optional.of("x".repeat(300_000));
            fault = assertThrows(IOException.class, http::keys).getMessage();
            assertTrue(fault.contains("more than 262144 bytes"), fault);
        }
    }

    @Test
    void aProxyDoesNotMakeAnotherServerTrusted() throws Exception {
        try (Elsewhere issuer = new Elsewhere();
                LocalIssuer other = LocalIssuer.startTls(issuer.authority.server("localhost"), KEY);
                ConnectProxy proxy = ConnectProxy.to(other.port())) {
            IssuerHttp http = issuer.through(proxy, "", Optional.empty(), Duration.ofSeconds(20));
            assertThrows(IOException.class, http::keys);
            assertEquals(0, other.fetches.get());
        }
    }

    /** Its head would come within the time for each read. */
    @Test
    void aProxyThatDoesNotAnswerIsGivenUp() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        try (Elsewhere issuer = new Elsewhere();
                ConnectProxy proxy =
                        ConnectProxy.to(issuer.server.port()).before(() -> Await.released("the test goes on", held))) {
            IssuerHttp http = issuer.through(proxy, "", Optional.empty(), Duration.ofMillis(200));
            assertThrows(IOException.class, http::keys);
            held.countDown();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://oidc.eks.eu-west-1.amazonaws.com/id/1, true",
        "https://oidc.eks.eu-west-1.amazonaws.com./id/1, true",
        "https://oidc.example:8443/keys, true",
        "https://203.0.113.7:6443/openid/v1/jwks, true",
        "https://svc.example/keys, true",
        "https://a.svc.example/keys, true",
        "https://direct.example/keys, false",
        // Of the cluster.
        "https://kubernetes.default.svc, false",
        "https://kubernetes.default.svc.cluster.local, false",
        "https://kubernetes.default.svc.cluster.local., false",
        "https://kubernetes.default.svc.prod.example/keys, false",
        "https://kubernetes.default, false",
        "https://kubernetes, false",
        "https://oidc.identity.svc/keys, false",
        "https://172.18.0.2:6443/openid/v1/jwks, false",
        "https://10.96.0.1/openid/v1/jwks, false",
        "https://100.64.3.4/keys, false",
        "https://[fd00::1]:6443/openid/v1/jwks, false",
        // Never.
        "https://127.0.0.1:6443/keys, false",
        "https://localhost/keys, false",
        "https://169.254.169.254/keys, false",
        "http://127.0.0.1:8080/keys, false"
    })
    void whatIsInTheClusterIsReachedDirectly(String url, boolean proxied) {
        KubernetesConfig config = config(
                "https://a.example",
                Optional.empty(),
                Optional.empty(),
                Map.of("HTTPS_PROXY", "http://proxy.example:3128", "NO_PROXY", "direct.example"));
        assertEquals(proxied, config.proxyTo(URI.create(url)).isPresent());
    }
}
