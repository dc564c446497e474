package io.countersign.proxy.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SsoProfileTest {
    private static final String START_URL = "https://corp.awsapps.example/start";

    @TempDir
    Path home;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger handedOut = new AtomicInteger();
    private HttpServer portal;

    @BeforeEach
    void start() throws Exception {
        portal = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        portal.createContext("/federation/credentials", this::answer);
        portal.start();
        Files.createDirectories(home.resolve(".aws/sso/cache"));
        Files.writeString(home.resolve(".aws/config"), """
                [profile corp]
                sso_start_url = %s
                sso_region = eu-west-1
                sso_account_id = 123456789012
                sso_role_name = Reporter
                """.formatted(START_URL));
    }

    @AfterEach
    void stop() {
        portal.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestURI().getQuery() + " "
                + exchange.getRequestHeaders().getFirst("x-amz-sso_bearer_token"));
        byte[] body = """
                {"roleCredentials":{"accessKeyId":"SSO%d","secretAccessKey":"canary","sessionToken":"canary-t",\
                "expiration":4070908800000}}""".formatted(handedOut.incrementAndGet()).getBytes(UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void login(String expiresAt) throws Exception {
        String name =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(START_URL.getBytes(UTF_8)));
        Files.writeString(
                home.resolve(".aws/sso/cache/" + name + ".json"),
                "{\"startUrl\":\"" + START_URL
                        + "\",\"region\":\"eu-west-1\",\"accessToken\":\"canary-bearer\",\"expiresAt\":\"" + expiresAt
                        + "\"}");
    }

    private List<String> fetchTwice() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "-Daws.endpointUrlSso=http://127.0.0.1:" + portal.getAddress().getPort(),
                FetchProfileMain.class.getName(),
                "corp");
        builder.environment().put("HOME", home.toString());
        builder.environment()
                .keySet()
                .removeIf(name ->
                        name.startsWith("AWS_") || name.toUpperCase(Locale.ROOT).endsWith("_PROXY"));
        builder.redirectErrorStream(true);
        Path out = home.resolve("out");
        builder.redirectOutput(out.toFile());
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(out).stream()
                .filter(line -> line.startsWith("1 ") || line.startsWith("2 "))
                .toList();
    }

    @Test
    void keysComeFromThePortalAnewEachTime() throws Exception {
        login("2099-01-01T00:00:00Z");
        assertEquals(List.of("1 SSO1 2099-01-01T00:00:00Z", "2 SSO2 2099-01-01T00:00:00Z"), fetchTwice());
        assertTrue(asked.get(0).contains("role_name=Reporter"), asked.toString());
        assertTrue(asked.get(0).contains("account_id=123456789012"), asked.toString());
        assertTrue(asked.get(0).endsWith(" canary-bearer"), asked.toString());
    }

    @Test
    void anExpiredLoginSaysWhatToDo() throws Exception {
        login("2020-01-01T00:00:00Z");
        String line = fetchTwice().get(0);
        assertTrue(line.contains("profile corp: "), line);
        assertTrue(line.contains("sso login"), line);
        assertFalse(line.contains("canary"), line);
        assertTrue(asked.isEmpty());
    }
}
