package io.countersign.proxy.credentials.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.credentials.Fetched;
import io.countersign.proxy.credentials.ManualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
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
    private Path cache;
    private volatile int status = 200;
    private volatile Instant until = Instant.parse("2099-01-01T00:00:00Z");

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
        if (status != 200) {
            exchange.getResponseHeaders().add("x-amzn-ErrorType", "UnauthorizedException");
        }
        byte[] body =
                """
                {"roleCredentials":{"accessKeyId":"SSO%d","secretAccessKey":"canary","sessionToken":"canary-t",\
                "expiration":%d}}""".formatted(handedOut.incrementAndGet(), until.toEpochMilli()).getBytes(UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void login() throws Exception {
        String name =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(START_URL.getBytes(UTF_8)));
        cache = home.resolve(".aws/sso/cache/" + name + ".json");
        Files.writeString(
                cache,
                "{\"startUrl\":\"" + START_URL
                        + "\",\"accessToken\":\"canary-bearer\",\"expiresAt\":\"2099-01-01T00:00:00Z\"}");
    }

    private ProfileProvider profile() {
        String url = "http://127.0.0.1:" + portal.getAddress().getPort();
        return ProfileProvider.named("corp", new Environment(Map.of("AWS_ENDPOINT_URL_SSO", url), home));
    }

    private String failure() {
        String message =
                assertThrows(FetchFailure.class, () -> profile().fetch()).getMessage();
        assertFalse(message.contains("canary"), message);
        return message;
    }

    @Test
    void keysComeFromThePortalWithTheirExpiryAnewEachTime() throws Exception {
        login();
        Fetched first = profile().fetch();
        assertEquals("SSO1", first.credentials().accessKeyId());
        assertEquals(Optional.of(Instant.parse("2099-01-01T00:00:00Z")), first.expiry());
        assertEquals("SSO2", profile().fetch().credentials().accessKeyId());
        assertTrue(asked.get(0).contains("role_name=Reporter"), asked.toString());
        assertTrue(asked.get(0).contains("account_id=123456789012"), asked.toString());
        assertTrue(asked.get(0).endsWith(" canary-bearer"), asked.toString());
    }

    @Test
    void walks() throws Exception {
        login();
        ManualTime time = new ManualTime();
        until = time.instant().plus(Duration.ofHours(1));
        ProviderWalk.walk(time, profile(), down -> {
            status = down ? 401 : 200;
            until = time.instant().plus(Duration.ofHours(1));
        });
    }

    @Test
    void aLoginThatThePortalRefusesSaysWhatToDo() throws Exception {
        login();
        status = 401;
        assertEquals("profile corp: the SSO login has expired; run: aws sso login --profile corp", failure());
    }

    @Test
    void noLoginSaysWhatToDo() {
        assertTrue(failure().contains("no SSO login in " + home), failure());
        assertTrue(failure().contains("aws sso login --profile corp"), failure());
        assertTrue(asked.isEmpty());
    }

    @Test
    void aBrokenLoginFileIsNotQuoted() throws Exception {
        login();
        Files.writeString(cache, "{\"accessToken\": canary");
        assertTrue(failure().contains("is not a login"), failure());
    }

    @Test
    void anSsoSessionTakesItsTokenFromTheSdksCacheAndSaysWhatToDoWithoutOne() throws Exception {
        Files.writeString(home.resolve(".aws/config"), """
                [profile corp]
                sso_session = nobody-has-this-session-49152
                sso_account_id = 123456789012
                sso_role_name = Reporter
                [sso-session nobody-has-this-session-49152]
                sso_start_url = %s
                sso_region = eu-west-1
                """.formatted(START_URL));
        assertTrue(failure().contains("aws sso login --profile corp"), failure());
    }

    @Test
    void aRoleIsAssumedOverAProfileThatLogsInBySso() throws Exception {
        try (LoopbackSts sts = new LoopbackSts()) {
            Files.writeString(home.resolve(".aws/config"), """
                    [profile src]
                    sso_session = s
                    sso_account_id = 123456789012
                    sso_role_name = Reporter
                    [sso-session s]
                    sso_start_url = %s
                    sso_region = eu-west-1
                    [profile x]
                    source_profile = src
                    role_arn = arn:aws:iam::1:role/x
                    sso_session = s
                    """.formatted(START_URL));
            String name =
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest("s".getBytes(UTF_8)));
            Files.writeString(home.resolve(".aws/sso/cache/" + name + ".json"), "{\"accessToken\":\"canary-bearer\"}");
            String url = "http://127.0.0.1:" + portal.getAddress().getPort();
            Environment environment =
                    new Environment(Map.of("AWS_ENDPOINT_URL_SSO", url, "AWS_ENDPOINT_URL_STS", sts.url()), home);
            assertEquals(
                    "ASIA1",
                    ProfileProvider.named("x", environment)
                            .fetch()
                            .credentials()
                            .accessKeyId());
            assertTrue(asked.get(0).endsWith(" canary-bearer"), asked.toString());
            assertTrue(sts.authorizations.get(0).contains("Credential=SSO1/"), sts.authorizations.get(0));
        }
    }
}
