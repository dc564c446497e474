package io.countersign.proxy.credentials.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.testing.Pki;
import io.countersign.testing.ConnectProxy;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;

/** A call to AWS through a proxy, over real sockets and TLS. */
class TunnelledCallTest {
    private static final String BODY = "Action=AssumeRole";

    private final Pki pki = new Pki("authority of the test");
    private final List<String> received = new CopyOnWriteArrayList<>();
    private volatile String answer = "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 2\r\n\r\nok";
    private SSLServerSocket aws;

    @BeforeEach
    void start() throws Exception {
        X509Bundle certificate = pki.issue(builder -> builder.subject("CN=sts")
                .addSanDnsName("sts.example")
                .addSanIpAddress("127.0.0.1")
                .addExtendedKeyUsageServerAuth());
        SSLContext context = pki.with(certificate);
        aws = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "fake aws");
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void stop() throws Exception {
        aws.close();
    }

    private void serve() {
        while (!aws.isClosed()) {
            try (SSLSocket socket = (SSLSocket) aws.accept()) {
                InputStream in = socket.getInputStream();
                StringBuilder text = new StringBuilder();
                while (!text.toString().endsWith(BODY)) {
                    int next = in.read();
                    if (next < 0) {
                        throw new IOException("the client hung up");
                    }
                    text.append((char) next);
                }
                received.add(text.toString());
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException gone) {
                // A client that went away, or the end of the test.
            }
        }
    }

    private HttpExecuteResponse call(String proxy) throws Exception {
        SdkHttpFullRequest request = SdkHttpFullRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(URI.create("https://sts.example/?a=b"))
                .putHeader("Host", "sts.example")
                .putHeader("X-Amz-Date", "20260101T000000Z")
                .build();
        return AwsHttp.client(
                        new Environment(Map.of("HTTPS_PROXY", proxy), Path.of("/nonexistent")),
                        pki.trusting().getSocketFactory())
                .prepareRequest(HttpExecuteRequest.builder()
                        .request(request)
                        .contentStreamProvider(
                                () -> new ByteArrayInputStream(BODY.getBytes(StandardCharsets.ISO_8859_1)))
                        .build())
                .call();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void goesThroughTheTunnel(boolean tls) throws Exception {
        try (ConnectProxy proxy = tls
                ? ConnectProxy.overTls(aws.getLocalPort(), pki.with(pki.server()))
                : ConnectProxy.to(aws.getLocalPort())) {
            proxy.demanding("dTpw");
            HttpExecuteResponse response = call(proxy.url("u:p@"));
            assertEquals(200, response.httpResponse().statusCode());
            assertEquals(List.of("b"), response.httpResponse().headers().get("X-A"));
            assertEquals(
                    "ok",
                    new String(response.responseBody().orElseThrow().readAllBytes(), StandardCharsets.ISO_8859_1));
            assertTrue(proxy.heads().get(0).startsWith("CONNECT sts.example:443 HTTP/1.1\r\n"));
            assertEquals(
                    List.of("POST /?a=b HTTP/1.1\r\nHost: sts.example\r\nX-Amz-Date: 20260101T000000Z\r\n"
                            + "Content-Length: 17\r\nConnection: close\r\n\r\n" + BODY),
                    received);
        }
    }

    @Test
    void chunksAreRead() throws Exception {
        answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
        try (ConnectProxy proxy = ConnectProxy.to(aws.getLocalPort())) {
            HttpExecuteResponse response = call(proxy.url(""));
            assertEquals(
                    "ok",
                    new String(response.responseBody().orElseThrow().readAllBytes(), StandardCharsets.ISO_8859_1));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
                "SSH-2.0-x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
            })
    void whatIsNotWholeIsAnError(String bytes) throws Exception {
        answer = bytes;
        try (ConnectProxy proxy = ConnectProxy.to(aws.getLocalPort())) {
            assertThrows(IOException.class, () -> call(proxy.url("")));
        }
    }

    @Test
    void aResponseWithoutEndIsBounded() throws Exception {
        answer = "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat((1 << 20) + 1);
        try (ConnectProxy proxy = ConnectProxy.to(aws.getLocalPort())) {
            IOException e = assertThrows(IOException.class, () -> call(proxy.url("")));
            assertTrue(e.getMessage().contains("more than 1048576 bytes"), e.getMessage());
        }
    }

    @Test
    void aProxyThatRefusesIsNamedWithoutItsPassword() throws Exception {
        try (ConnectProxy proxy = ConnectProxy.to(aws.getLocalPort()).demanding("x")) {
            IOException e = assertThrows(IOException.class, () -> call(proxy.url("u:passw0rd@")));
            assertTrue(
                    e.getMessage()
                            .contains("http://127.0.0.1:" + proxy.port()
                                    + " (HTTPS_PROXY): the proxy rejects the user or the password in its URL (407)"),
                    e.getMessage());
            assertFalse(e.getMessage().contains("passw0rd"), e.getMessage());
            assertTrue(received.isEmpty());
        }
    }

    @Test
    void aProxyWithACertificateOfSomebodyElseGetsNoPassword() throws Exception {
        Pki other = new Pki("another authority");
        try (ConnectProxy proxy = ConnectProxy.overTls(aws.getLocalPort(), other.with(other.server()))) {
            assertThrows(IOException.class, () -> call(proxy.url("u:passw0rd@")));
            assertTrue(proxy.heads().isEmpty());
        }
    }
}
