package io.countersign.gateway.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.testing.RunningGateway;
import io.countersign.gateway.testing.Upstream;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tenants by what only a connection shows: a client certificate over real TLS, the user at the other end of a real Unix socket. */
@Timeout(60)
class ShownByConnectionTest {
    @TempDir
    Path folder;

    private final X509Bundle authority =
            made(new CertificateBuilder().ecp256().subject("CN=authority").setIsCertificateAuthority(true));
    private final X509Bundle server = made(new CertificateBuilder()
            .ecp256()
            .subject("CN=gateway")
            .setIsCertificateAuthority(true)
            .addSanIpAddress("127.0.0.1"));

    private static X509Bundle made(CertificateBuilder builder) {
        try {
            return builder.buildSelfSigned();
        } catch (Exception e) {
            throw new AssertionError("no test certificate", e);
        }
    }

    private X509Bundle client(String uri) {
        try {
            return new CertificateBuilder()
                    .ecp256()
                    .subject("CN=agent")
                    .addSanUriName(uri)
                    .buildIssuedBy(authority);
        } catch (Exception e) {
            throw new AssertionError("no test certificate", e);
        }
    }

    @Test
    void aTenantIsFoundByItsCertificateAndByItsUser() throws Exception {
        Files.writeString(folder.resolve("server.pem"), server.getCertificatePEM());
        Files.writeString(folder.resolve("server.key"), server.getPrivateKeyPEM());
        Files.writeString(folder.resolve("clients.pem"), authority.getCertificatePEM());
        Path socket = folder.resolve("agents.sock");
        try (Upstream upstream = new Upstream(Map.of());
                RunningGateway gateway = new RunningGateway(
                        folder, """
                        listeners += { bind = "127.0.0.1:0"
                                       tls { certificate = "server.pem", key = "server.key", client-auth = optional
                                             client-ca = "clients.pem" } }
                        listeners += { bind = "unix:%s" }
                        routes { metrics { upstream = "%s", auth = none } }
                        tenants {
                          payments { match.certificates = ["spiffe://prod/payments/*"], routes = [metrics]
                                     headers.set { X-Scope-OrgID = payments } }
                          local { match.users = [%s], routes = [metrics], headers.set { X-Scope-OrgID = local } }
                        }
                        """.formatted(socket, upstream.url(), System.getProperty("user.name")))) {
            int port = gateway.server().urls().stream()
                    .filter(url -> url.startsWith("https://"))
                    .map(url -> Integer.parseInt(url.substring(url.lastIndexOf(':') + 1)))
                    .findFirst()
                    .orElseThrow();

            assertEquals(200, overTls(port, List.of(client("spiffe://prod/payments/agent"))));
            assertEquals("payments", upstream.received().get(0).field("X-Scope-OrgID"));
            assertEquals(200, overUnix(socket));
            assertEquals("local", upstream.received().get(1).field("X-Scope-OrgID"));

            assertEquals(403, overTls(port, List.of(client("spiffe://prod/checkout/agent"))));
            assertEquals(403, overTls(port, List.of()));
            assertEquals(403, gateway.get("/x").statusCode());
            assertEquals(2, upstream.received().size());
            assertTrue(
                    gateway.admin("/metrics")
                            .contains(
                                    "countersign_tenant_requests_total{caller=\"certificate\",outcome=\"success\",tenant=\"payments\"} 1"));
        }
    }

    private int overTls(int port, List<X509Bundle> certificate) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                certificate.isEmpty()
                        ? null
                        : certificate.get(0).toKeyManagerFactory().getKeyManagers(),
                server.toTrustManagerFactory().getTrustManagers(),
                null);
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(request());
            return status(socket.getInputStream());
        }
    }

    private static int overUnix(Path path) throws IOException {
        try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            socket.write(ByteBuffer.wrap(request()));
            return status(Channels.newInputStream(socket));
        }
    }

    private static byte[] request() {
        return "GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Scope-OrgID: admin\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static int status(InputStream in) throws IOException {
        String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return Integer.parseInt(answer.split(" ", 3)[1]);
    }
}
