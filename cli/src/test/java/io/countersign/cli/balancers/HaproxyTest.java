package io.countersign.cli.balancers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.cli.agents.Child;
import io.countersign.cli.agents.Http;
import io.countersign.cli.agents.Ports;
import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.verify.Credential;
import io.countersign.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * HAProxy as Debian ships it in front of the proxy: in TCP mode with both versions of the PROXY protocol, and in HTTP mode with
 * {@code X-Forwarded-For}. It connects from 127.0.0.9, its clients from other addresses of loopback.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HaproxyTest {
    private static final Credential KEY = Credential.of("AKIDBALANCED", "secret-of-the-balanced");
    private static final String BALANCER = "127.0.0.9";
    private static final String ALLOWED = "127.0.0.3";
    private static final String DENIED = "127.0.0.4";
    private static final String UNLISTED = "127.0.0.5";

    /** Where Debian has it, which is not on every user's path. */
    private static final Path INSTALLED = Path.of("/usr/sbin/haproxy");

    private final int announced = Ports.free();
    private final int plain = Ports.free();
    private final int version1 = Ports.free();
    private final int version2 = Ports.free();
    private final int twice = Ports.free();
    private final int http = Ports.free();

    @TempDir
    Path folder;

    private StandIn standIn;
    private ProxyServer proxy;
    private Child haproxy;

    @BeforeEach
    void start() throws Exception {
        standIn = StandIn.start(StandInOptions.defaults().withCredentials(List.of(KEY)));
        Files.writeString(folder.resolve("ca.pem"), standIn.caPem());
        proxy = ProxyServer.start(HoconSource.text(
                """
                countersign {
                  listeners = [
                    { bind = "127.0.0.1:%d", proxy-protocol = required, proxy-protocol-from = ["%s"] }
                    { bind = "127.0.0.1:%d" }
                  ]
                  admin { bind = "127.0.0.1:0" }
                  access { allow = ["%s", "::1"], deny = ["%s"], trusted-proxies = ["%s"] }
                  drain { quiet = 10 ms }
                  credentials { default { access-key-id = "%s", secret-access-key = "%s" } }
                  routes { main { upstream = "https://localhost:%d/prod", service = execute-api, region = us-east-1
                                  tls.ca = "ca.pem" } }
                }
                """.formatted(
                                announced,
                                BALANCER,
                                plain,
                                ALLOWED,
                                DENIED,
                                BALANCER,
                                KEY.accessKey(),
                                KEY.secretKey(),
                                standIn.port()),
                folder,
                Map.of()));
        Path settings = Files.writeString(folder.resolve("haproxy.cfg"), """
                defaults
                  timeout connect 5s
                  timeout client 30s
                  timeout server 30s
                listen version1
                  mode tcp
                  bind 127.0.0.1:%1$d
                  bind [::1]:%1$d
                  server countersign 127.0.0.1:%5$d source %7$s send-proxy check inter 200ms
                listen version2
                  mode tcp
                  bind 127.0.0.1:%2$d
                  bind [::1]:%2$d
                  server countersign 127.0.0.1:%5$d source %7$s send-proxy-v2 proxy-v2-options crc32c,unique-id check inter 200ms
                listen twice
                  mode tcp
                  bind 127.0.0.1:%3$d
                  server version2 127.0.0.1:%2$d source %7$s send-proxy
                listen http
                  mode http
                  bind 127.0.0.1:%4$d
                  option forwardfor
                  http-request del-header Forwarded
                  http-reuse always
                  server countersign 127.0.0.1:%6$d source %7$s
                """.formatted(
                        version1, version2, twice, http, announced, plain, BALANCER));
        String program = Files.isExecutable(INSTALLED) ? INSTALLED.toString() : "haproxy";
        haproxy =
                new Child(folder.resolve("haproxy.log"), Map.of(), List.of(program, "-db", "-f", settings.toString()));
        haproxy.start();
        haproxy.awaitReady(() -> canConnect(version1) && canConnect(http));
    }

    @AfterEach
    void stop() throws IOException {
        if (haproxy != null) {
            haproxy.close();
        }
        proxy.close();
        standIn.close();
    }

    private static boolean canConnect(int port) {
        try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** The status of a GET, by its first line; 0 when the connection ends before. */
    private static int get(String from, int port, String... fields) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout((int) Await.LIMIT.toMillis());
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(new InetSocketAddress(from.contains(":") ? "::1" : "127.0.0.1", port));
            String lines = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
            socket.getOutputStream()
                    .write(("GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + lines + "\r\n")
                            .getBytes(ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
        } catch (SocketException reset) {
            return 0;
        }
    }

    private double refused(String reason) throws IOException {
        String name = "countersign_connections_refused_total{reason=\"" + reason + "\"} ";
        return Http.get("http://127.0.0.1:" + proxy.adminAddress().getPort() + "/metrics")
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .sum();
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void rulesJudgeTheClientOfAConnection(int version) throws IOException {
        int port = version == 1 ? version1 : version2;
        assertEquals(200, get(ALLOWED, port));
        assertEquals(403, get(DENIED, port));
        assertEquals(403, get(UNLISTED, port));
        assertEquals(200, get("::1", port));
        assertEquals(0, refused("proxy_header_late"));
        assertEquals(0, refused("proxy_header_malformed"), "health checks among them");
        assertEquals(0, refused("proxy_header_twice"));
    }

    @Test
    void aHeaderOfEachOfTwoBalancersEndsTheConnection() throws IOException {
        assertEquals(0, get(ALLOWED, twice));
        assertTrue(refused("proxy_header_twice") >= 1);
    }

    @Test
    void nobodyGetsPastTheBalancer() throws IOException {
        assertEquals(0, get(ALLOWED, announced));
        assertEquals(1, refused("proxy_peer"));
    }

    @Test
    void rulesJudgeTheClientOfARequest() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertEquals(200, get(ALLOWED, http));
            assertEquals(403, get(DENIED, http));
            assertEquals(403, get(UNLISTED, http));
        }
        assertEquals(403, get(DENIED, http, "X-Forwarded-For: " + ALLOWED));
        assertEquals(403, get(UNLISTED, http, "Forwarded: for=" + ALLOWED));
        assertEquals(200, get(ALLOWED, http, "X-Forwarded-For: unknown", "Forwarded: for=" + DENIED));
        assertEquals(403, get(UNLISTED, plain, "X-Forwarded-For: " + ALLOWED), "past the balancer");
    }
}
