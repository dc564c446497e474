package io.countersign.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.countersign.standin.verify.Credential;
import io.countersign.standin.verify.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Hands out temporary credentials as the container endpoint of ECS and EKS does ("Container credential provider" in the AWS SDKs and
 * Tools Reference Guide), each new to the gateway that verifies them. It can be made to fail.
 */
final class CredentialsEndpoint implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofHours(1);

    private final SecureRandom random = new SecureRandom();
    private final Credentials known;
    private final HttpServer server;
    private volatile boolean failing;

    private CredentialsEndpoint(Credentials known, HttpServer server) {
        this.known = known;
        this.server = server;
    }

    /** @param known takes what is handed out; the gateway looks there */
    static CredentialsEndpoint start(Credentials known) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        CredentialsEndpoint endpoint = new CredentialsEndpoint(known, server);
        server.createContext("/", endpoint::handOut);
        server.start();
        return endpoint;
    }

    /** The variables by which a process finds it. */
    Map<String, String> environment() {
        return Map.of(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                "http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    void fail(boolean whether) {
        failing = whether;
    }

    /** Ends all that it has handed out. */
    void expireAll() {
        Instant now = Instant.now();
        known.all().forEach(each -> known.expire(each.accessKey(), now));
    }

    private void handOut(HttpExchange exchange) throws IOException {
        byte[] body =
                (failing ? "{\"code\":\"ServiceUnavailable\"}" : document(make())).getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(failing ? 503 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Credential make() {
        byte[] token = new byte[48];
        random.nextBytes(token);
        Credential longLived = Credential.generate(random);
        Credential made = new Credential(
                "ASIA" + longLived.accessKey().substring(4),
                longLived.secretKey(),
                Optional.of(Base64.getEncoder().encodeToString(token)),
                Optional.of(Instant.now().plus(LIFETIME).truncatedTo(ChronoUnit.SECONDS)));
        known.add(made);
        return made;
    }

    private static String document(Credential made) {
        return """
                {"AccessKeyId":"%s","SecretAccessKey":"%s","Token":"%s","Expiration":"%s"}""".formatted(
                        made.accessKey(),
                        made.secretKey(),
                        made.token().orElseThrow(),
                        made.expiry().orElseThrow());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
