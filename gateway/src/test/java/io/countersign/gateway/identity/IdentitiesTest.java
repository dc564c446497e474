package io.countersign.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.nimbusds.jose.jwk.RSAKey;
import io.countersign.gateway.identity.kubernetes.LocalIssuer;
import io.countersign.gateway.testing.RunningGateway;
import io.countersign.gateway.testing.Upstream;
import io.countersign.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Tokens in requests, from outside: who passes, who is refused in which way, and what goes on upstream. */
@Timeout(60)
class IdentitiesTest {
    @TempDir
    Path folder;

    private final Upstream upstream = new Upstream(Map.of());
    private final List<String> log = new CopyOnWriteArrayList<>();
    private String caller;
    private String admin;
    private String ended;

    @BeforeEach
    void makeTokens() throws Exception {
        caller = add(new Token("payments", Optional.empty(), Optional.empty()));
        admin = add(new Token("ops", Optional.of(Role.ADMIN), Optional.empty()));
        ended = add(new Token("old", Optional.empty(), Optional.of(Instant.parse("2020-01-31T00:00:00Z"))));
    }

    @AfterEach
    void close() {
        upstream.close();
    }

    private TokensFile file() {
        return new TokensFile(folder.resolve("tokens"));
    }

    private String add(Token token) throws IOException, TokensFile.Refused {
        return file().add(token, new SecureRandom()).secret();
    }

    private String settings(String more) {
        return """
                tokens-file = tokens
                routes {
                  open { upstream = "%s", auth = none, match.path-prefix = "/open", headers.duplicate = [Authorization] }
                  signed { upstream = "%s", service = execute-api, region = us-east-1, headers.duplicate = [Authorization] }
                }
                %s
                """.formatted(upstream.url(), upstream.url(), more);
    }

    private RunningGateway start(String more) throws Exception {
        RunningGateway gateway = new RunningGateway(folder, settings(more));
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                log.add(event.getFormattedMessage());
            }
        };
        for (String name : List.of(org.slf4j.Logger.ROOT_LOGGER_NAME, "countersign.access")) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            appender.setContext(logger.getLoggerContext());
            logger.addAppender(appender);
        }
        appender.start();
        return gateway;
    }

    private static String bearer(String token) {
        return "Bearer " + token;
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private void refuses(RunningGateway gateway, String authorization) {
        int before = upstream.received().size();
        HttpResponse<String> read = gateway.get("/open/x", "Authorization", authorization);
        assertEquals(401, read.statusCode(), read.body());
        assertEquals(
                "Bearer error=\"invalid_token\"",
                read.headers().firstValue("WWW-Authenticate").orElseThrow());
        HttpResponse<String> write = gateway.post("/open/x", "data", "Authorization", authorization);
        assertEquals(503, write.statusCode(), write.body());
        assertTrue(write.headers().firstValue("Retry-After").isPresent());
        assertTrue(write.headers().firstValue("WWW-Authenticate").isEmpty());
        assertEquals(before, upstream.received().size());
        for (String shown : List.of(read.body(), write.body(), read.headers().toString())) {
            assertFalse(shown.contains("csgn_") && shown.contains(authorization.substring(13)), shown);
        }
    }

    @Test
    void aTokenPassesAndStaysHere() throws Exception {
        try (RunningGateway gateway = start("")) {
            for (String authorization : List.of(bearer(caller), basic("agent:" + caller), basic(caller + ":"))) {
                for (String path : List.of("/open/x", "/x")) {
                    assertEquals(
                            200,
                            gateway.get(path, "Authorization", authorization).statusCode());
                }
            }
            for (Upstream.Received received : upstream.received()) {
                String sent = received.field("Authorization");
                assertTrue(
                        received.path().startsWith("/open")
                                ? sent == null
                                : sent.startsWith("AWS4-HMAC-SHA256 Credential="),
                        sent);
                assertFalse(received.fields().entrySet().toString().contains("csgn_"));
            }
            assertEquals(6, upstream.received().size());
        }
    }

    @Test
    void whatIsMeantForTheUpstreamPassesUntouched() throws Exception {
        try (RunningGateway gateway = start("")) {
            for (String authorization : List.of(
                    basic("user:password"),
                    "Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln",
                    "AWS4-HMAC-SHA256 Credential=AKID/20261127/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=ab")) {
                assertEquals(
                        200,
                        gateway.get("/open/x", "Authorization", authorization).statusCode());
                assertEquals(
                        authorization,
                        upstream.received().get(upstream.received().size() - 1).field("Authorization"));
            }
            assertEquals(200, gateway.get("/open/x").statusCode());
            assertNull(upstream.received().get(3).field("Authorization"));
        }
    }

    @Test
    void aTokenThatDoesNotCountIsNotTakenForNone() throws Exception {
        try (RunningGateway gateway = start("")) {
            refuses(gateway, bearer(TokenSecret.random(new SecureRandom())));
            refuses(gateway, bearer(ended));
            refuses(gateway, bearer(admin));
            refuses(gateway, bearer(caller.substring(0, 40)));
            refuses(gateway, basic(caller + ":x"));
            refuses(gateway, bearer("csgn_" + "x".repeat(4000)));
        }
    }

    /** Where no tokens are taken any more, their holders' don't begin to go upstream. */
    @Test
    void aTokenIsNeverForwardedEvenWhereNoneAreTaken() throws Exception {
        try (RunningGateway gateway = new RunningGateway(folder, settings("").replace("tokens-file = tokens", ""))) {
            refuses(gateway, bearer(caller));
            assertEquals(200, gateway.get("/open/x").statusCode());
        }
    }

    @Test
    void aRemovalActsOnOpenConnections() throws Exception {
        try (RunningGateway gateway = start("");
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), gateway.uri("/").getPort())) {
            assertEquals("HTTP/1.1 200 OK", request(socket));
            file().remove("payments");
            gateway.configure(settings("") + "\n# reload");
            assertEquals("HTTP/1.1 401 Unauthorized", request(socket));
            // A token that is made goes the same way.
            caller = add(new Token("payments", Optional.empty(), Optional.empty()));
            gateway.configure(settings(""));
            assertEquals("HTTP/1.1 200 OK", request(socket));
        }
    }

    private String request(Socket socket) throws IOException {
        socket.getOutputStream()
                .write(("GET /open/x HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: " + bearer(caller) + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        int length = Integer.parseInt(head.toString().replaceFirst("(?is).*content-length: *(\\d+)\r\n.*", "$1"));
        assertEquals(length, in.readNBytes(length).length);
        return head.substring(0, head.indexOf("\r\n"));
    }

    /** The watcher takes the file by itself; one with a fault changes nothing. */
    @Test
    void takesEditsOfTheFileAndKeepsTheOldTokensUntilAFaultIsMended() throws Exception {
        try (RunningGateway gateway = start("")) {
            Path tokens = folder.resolve("tokens");
            String good = Files.readString(tokens);
            Files.writeString(tokens, good + "what?\n");
            Await.until("the fault is reported", () -> log.stream().anyMatch(line -> line.contains(tokens + ":5: ")));
            assertEquals(
                    200, gateway.get("/open/x", "Authorization", bearer(caller)).statusCode());

            Files.writeString(tokens, good);
            file().remove("payments");
            Await.until(
                    "the removal acts",
                    () -> gateway.get("/open/x", "Authorization", bearer(caller))
                                    .statusCode()
                            == 401);
        }
    }

    @Test
    void knowsServiceAccountsBesideTokens() throws Exception {
        RSAKey key = LocalIssuer.rsa("one");
        try (LocalIssuer issuer = LocalIssuer.start(key);
                RunningGateway gateway = start("identity.kubernetes.issuer = \"" + issuer.url() + "\"")) {
            String account = LocalIssuer.sign(issuer.claims("payments/agent", "countersign", Instant.now()), key);
            Await.until(
                    "the keys are fetched",
                    () -> gateway.get("/open/x", "Authorization", bearer(account))
                                    .statusCode()
                            == 200);
            assertNull(upstream.received().get(upstream.received().size() - 1).field("Authorization"));
            assertEquals(
                    200, gateway.get("/open/x", "Authorization", bearer(caller)).statusCode());

            refuses(gateway, bearer(LocalIssuer.sign(issuer.claims("payments/agent", "other", Instant.now()), key)));
            RSAKey stranger = LocalIssuer.rsa("one");
            refuses(
                    gateway,
                    bearer(LocalIssuer.sign(issuer.claims("payments/agent", "countersign", Instant.now()), stranger)));
            String foreign = bearer(LocalIssuer.sign(
                    issuer.claims("payments/agent", "countersign", Instant.now())
                            .issuer("https://elsewhere"),
                    key));
            assertEquals(200, gateway.get("/open/x", "Authorization", foreign).statusCode());
            assertEquals(
                    foreign,
                    upstream.received().get(upstream.received().size() - 1).field("Authorization"));

            // The keys outlive a reload; another audience is another matter.
            gateway.configure(settings("identity.kubernetes { issuer = \"" + issuer.url() + "\" } # again"));
            assertEquals(
                    200,
                    gateway.get("/open/x", "Authorization", bearer(account)).statusCode());
            gateway.configure(settings("identity.kubernetes { issuer = \"" + issuer.url() + "\", audience = strict }"));
            Await.until(
                    "the other audience holds",
                    () -> gateway.get("/open/x", "Authorization", bearer(account))
                                    .statusCode()
                            == 401);
        }
    }

    @Test
    void readersWaitTooWhileATokenCannotBeChecked() throws Exception {
        RSAKey key = LocalIssuer.rsa("one");
        String url;
        String account;
        try (LocalIssuer issuer = LocalIssuer.start(key)) {
            url = issuer.url();
            account = LocalIssuer.sign(issuer.claims("payments/agent", "countersign", Instant.now()), key);
        }
        try (RunningGateway gateway = start("identity.kubernetes.issuer = \"" + url + "\"")) {
            HttpResponse<String> read = gateway.get("/open/x", "Authorization", bearer(account));
            assertEquals(503, read.statusCode());
            assertTrue(read.headers().firstValue("Retry-After").isPresent());
            assertEquals(List.of(), upstream.received());
        }
    }

    @Test
    void noTokenAndNoHashIsEverShown() throws Exception {
        try (RunningGateway gateway = start("")) {
            String stranger = TokenSecret.random(new SecureRandom());
            gateway.get("/open/x", "Authorization", bearer(caller));
            gateway.get("/x", "Authorization", bearer(stranger));
            gateway.post("/x", "data", "Authorization", basic("agent:" + admin));
            Await.until(
                    "the requests are logged",
                    () -> log.stream().filter(line -> line.contains("token")).count() == 2);
            String shown = gateway.admin("/metrics") + gateway.server().config() + log;
            for (String secret : List.of(caller, stranger, admin, ended)) {
                String hash = TokenSecret.digest(secret).written().substring(7);
                assertFalse(shown.contains(secret), "a token is shown");
                assertFalse(shown.contains(hash), "a hash is shown");
            }
        }
    }
}
