package io.countersign.gateway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.countersign.gateway.settings.GatewayConfig;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import io.countersign.testing.RedisServer;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A real Redis server with TLS and a password. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedisTlsTest {
    private static final String PASSWORD = "s3cret-of-the-store";

    @TempDir
    Path folder;

    private final List<Counter> replicas = new ArrayList<>();
    private int port;
    private RedisServer redis;

    @BeforeEach
    void start() throws Exception {
        X509Bundle certificate = new CertificateBuilder()
                .ecp256()
                .subject("CN=store")
                .setIsCertificateAuthority(true)
                .addSanIpAddress("127.0.0.1")
                .buildSelfSigned();
        Files.writeString(folder.resolve("store.pem"), certificate.getCertificatePEM());
        Files.writeString(folder.resolve("store.key"), certificate.getPrivateKeyPEM());
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
        redis = RedisServer.start(
                folder,
                "--requirepass",
                PASSWORD,
                "--tls-port",
                Integer.toString(port),
                "--tls-cert-file",
                "store.pem",
                "--tls-key-file",
                "store.key",
                "--tls-auth-clients",
                "no");
    }

    @AfterEach
    void stop() throws IOException {
        replicas.forEach(Counter::close);
        redis.close();
    }

    private Counter connected(String settings) {
        LoadResult result =
                HoconSource.text("""
                        countersign {
                          credentials { default { access-key-id = AKIDQUOTAS, secret-access-key = secret } }
                          routes { main { upstream = "https://localhost/prod", service = execute-api, region = us-east-1 } }
                          quotas { %s }
                        }
                        """.formatted(settings), folder, Map.of()).load();
        GatewayConfig config = GatewayConfig.of(((LoadResult.Loaded) result).config());
        Counter replica = new Counter(config.quotas(), table -> {});
        replicas.add(replica);
        return replica;
    }

    @Test
    void verifiesTheServer() {
        String store = "shared = \"rediss://:" + PASSWORD + "@%s:" + port + "\"";
        assertFalse(connected(store.formatted("127.0.0.1")).together(), "an authority that nobody trusts");
        String trusting = store + ", shared-ca = \"store.pem\"";
        assertTrue(connected(trusting.formatted("127.0.0.1")).together());
        assertFalse(connected(trusting.formatted("localhost")).together(), "another name than the certificate's");
    }

    /** At the level that says most, and whichever way it fails. */
    @Test
    void noLogLineHasThePassword() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        ListAppender<ILoggingEvent> heard = new ListAppender<>();
        heard.setContext(context);
        heard.start();
        root.addAppender(heard);
        io.countersign.proxy.logging.Logging.level("debug");
        try {
            String wrong = "wrong-" + PASSWORD;
            connected("shared = \"redis://:" + wrong + "@127.0.0.1:" + redis.port() + "\"");
            connected("shared = \"redis://" + wrong + ":" + wrong + "@127.0.0.1:" + redis.port() + "\"");
            connected("shared = \"rediss://:" + PASSWORD + "@127.0.0.1:" + port + "\"");
            connected("shared = \"rediss://:" + PASSWORD + "@127.0.0.1:" + redis.port() + "\"");
            connected("shared = \"redis://:" + PASSWORD + "@127.0.0.1:" + port + "\"");
            connected("shared = \"redis://:" + PASSWORD + "@127.0.0.1:9\"");
            assertTrue(connected("shared = \"redis://:" + PASSWORD + "@127.0.0.1:" + redis.port() + "\"")
                    .together());
        } finally {
            root.detachAppender(heard);
            io.countersign.proxy.logging.Logging.level("info");
            root.setLevel(before);
        }
        List<String> lines = List.copyOf(heard.list).stream()
                .map(event -> event.getFormattedMessage() + ThrowableProxyUtil.asString(event.getThrowableProxy()))
                .toList();
        assertTrue(
                lines.stream()
                                .filter(line -> line.contains("approvals are not shared"))
                                .count()
                        >= 6,
                lines.toString());
        assertEquals(
                List.of(),
                lines.stream().filter(line -> line.contains("s3cret")).toList());
    }
}
