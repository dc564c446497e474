package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.testing.Pki;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import io.netty.pkitesting.X509Bundle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that demand a client certificate. */
@WireTest
class ClientIdentityTest {
    private final Pki pki = new Pki("authority of the test");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void theRoutesCertificateIsShown(String version) throws Exception {
        write(pki.client("CN=signer"));
        try (Demanding upstream = new Demanding(pki, version);
                ProxyServer proxy = start(upstream, true)) {
            assertEquals(200, exchange(proxy).status());
            assertEquals(List.of("CN=signer"), upstream.shown);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void anUpstreamThatWantsOneIsUnderstood(String version) throws Exception {
        try (Demanding upstream = new Demanding(pki, version);
                ProxyServer proxy = start(upstream, false)) {
            Response response = exchange(proxy);
            assertEquals(502, response.status(), response::toString);
            assertTrue(response.body().contains("a client certificate; set tls.certificate"), response.body());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void anUpstreamThatTrustsAnotherAuthorityIsUnderstood(String version) throws Exception {
        write(new Pki("another authority").client("CN=stranger"));
        try (Demanding upstream = new Demanding(pki, version);
                ProxyServer proxy = start(upstream, true)) {
            Response response = exchange(proxy);
            assertEquals(502, response.status(), response::toString);
            assertTrue(response.body().contains("offered the certificate of CN=stranger"), response.body());
        }
    }

    @Test
    void anotherCertificateIsShownOnceTheFilesHaveChanged() throws Exception {
        write(pki.client("CN=first"));
        try (Demanding upstream = new Demanding(pki, "TLSv1.3");
                ProxyServer proxy = start(upstream, true)) {
            assertEquals(200, exchange(proxy).status());
            assertEquals(200, exchange(proxy).status());
            assertEquals(List.of("CN=first"), upstream.shown);
            write(pki.client("CN=second"));
            proxy.reload();
            Await.until("a connection with the new certificate", () -> {
                assertEquals(200, exchange(proxy).status());
                return upstream.shown.contains("CN=second");
            });
            // The pooled connection with the old one is not used again.
            assertEquals(List.of("CN=first", "CN=second"), upstream.shown);
        }
    }

    private void write(X509Bundle own) {
        Pki.write(folder.resolve("client.pem"), own.getCertificatePathPEM());
        Pki.write(folder.resolve("client.key"), own.getPrivateKeyPEM());
    }

    private ProxyServer start(Demanding upstream, boolean withCertificate) throws Exception {
        Pki.write(folder.resolve("ca.pem"), pki.authority().getCertificatePEM());
        String hocon = """
                countersign {
                  listeners = [ { bind = "127.0.0.1:0" } ]
                  admin { bind = "127.0.0.1:0" }
                  limits { body = 1 MiB, buffered = 8 MiB, event-loops = 1 }
                  credentials { default { access-key-id = "AKIDEXAMPLE", secret-access-key = "s" } }
                  routes { main {
                    upstream = "https://localhost:%d", service = execute-api, region = us-east-1, on-failure = relay
                    timeouts { connect = 10 s, request = 20 s }
                    tls { ca = "ca.pem" %s }
                  } }
                }
                """.formatted(
                        upstream.port(), withCertificate ? ", certificate = \"client.pem\", key = \"client.key\"" : "");
        return ProxyServer.start(HoconSource.text(hocon, folder, Map.of()));
    }

    private static Response exchange(ProxyServer proxy) {
        try (RawClient client = RawClient.connect(proxy.address())) {
            return client.send(Requests.get("/w")).read("GET");
        }
    }

    /** A server that serves nobody without a certificate; keeps connections, and answers each request. */
    private static final class Demanding implements AutoCloseable {
        private final SSLServerSocket server;
        private final List<String> shown = new CopyOnWriteArrayList<>();
        private final List<SSLSocket> open = new CopyOnWriteArrayList<>();

        Demanding(Pki pki, String version) {
            SSLContext context = pki.with(pki.server());
            try {
                server = (SSLServerSocket)
                        context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server.setNeedClientAuth(true);
            server.setEnabledProtocols(new String[] {version});
            daemon(this::accept);
        }

        int port() {
            return server.getLocalPort();
        }

        private void accept() {
            while (!server.isClosed()) {
                try {
                    SSLSocket socket = (SSLSocket) server.accept();
                    open.add(socket);
                    daemon(() -> serve(socket));
                } catch (IOException e) {
                    return;
                }
            }
        }

        private void serve(SSLSocket socket) {
            try (socket) {
                socket.startHandshake();
                X509Certificate certificate =
                        (X509Certificate) socket.getSession().getPeerCertificates()[0];
                shown.add(certificate.getSubjectX500Principal().toString());
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    if (line.isEmpty()) {
                        socket.getOutputStream()
                                .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                                        .getBytes(StandardCharsets.ISO_8859_1));
                    }
                }
            } catch (IOException refused) {
                // The client has no certificate that is good, or is gone.
            }
        }

        private static void daemon(Runnable work) {
            Thread thread = new Thread(work, "demanding upstream");
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (SSLSocket socket : open) {
                socket.close();
            }
        }
    }
}
