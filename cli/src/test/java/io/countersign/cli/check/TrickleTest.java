package io.countersign.cli.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.proxy.settings.ProxyConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that sends one byte after the other, each within the time for a read. */
@Timeout(60)
class TrickleTest {
    private static final Duration WHOLE = Duration.ofMillis(300);

    private ServerSocket server;
    private volatile byte[] beginning = new byte[0];

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "trickling server");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.getOutputStream().write(beginning);
                while (true) {
                    socket.getOutputStream().write('x');
                    Thread.sleep(20);
                }
            } catch (IOException | InterruptedException e) {
                // The other side has given up, or the test has ended.
            }
        }
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private ProxyConfig config(String scheme) {
        LoadResult loaded = HoconSource.text(
                        "countersign.routes.m { upstream = \"" + scheme + "://localhost:" + server.getLocalPort()
                                + "\", auth = none }",
                        Path.of("").toAbsolutePath(),
                        Map.of())
                .load();
        return assertInstanceOf(LoadResult.Loaded.class, loaded, loaded::toString)
                .config();
    }

    @Test
    void aProbeEnds() {
        beginning = "HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII);
        List<Finding> findings = new ArrayList<>();
        boolean good = new Probing(config("http"), Map.of(), findings::add, Clock.systemUTC(), WHOLE)
                .run(Environment.of(Map.of()));
        assertEquals(false, good);
        assertEquals(1, findings.size(), findings::toString);
        assertTrue(findings.get(0).text().contains("no whole response within 0 s"), findings::toString);
    }

    @Test
    void aTrialHandshakeEnds() {
        // The head of a handshake record of 16 KiB.
        beginning = new byte[] {0x16, 3, 3, 0x40, 0};
        Finding finding = new UpstreamCheck(Clock.systemUTC(), WHOLE)
                .run(config("https").routes().get(0));
        assertTrue(finding.wrong(), finding::toString);
        assertTrue(finding.text().contains("was not reached within 0 s"), finding::toString);
    }
}
