package io.countersign.gateway.identity.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.RSAKey;
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
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
        return new IssuerHttp(
                new KubernetesConfig(URI.create(issuer), "a", ca, token, Duration.ofMinutes(5), Duration.ofHours(1)),
                System::nanoTime);
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
            KubernetesConfig config = new KubernetesConfig(
                    URI.create("http://127.0.0.1:" + server.getLocalPort()),
                    "a",
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ofMinutes(5),
                    Duration.ofHours(1));
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
}
