package io.countersign.proxy.credentials.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Speaks IMDSv2 and the container endpoint's protocol on loopback; each answer with credentials has new ones. */
final class LoopbackMetadata implements AutoCloseable {
    static final String ROLE_PATH = "/latest/meta-data/iam/security-credentials/";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Clock clock;

    final List<String> requests = new CopyOnWriteArrayList<>();
    /** What {@code Authorization} has to be on the container's path; null for anything. */
    volatile String authorization;

    volatile boolean down;
    volatile boolean losesTokens;
    volatile boolean hangs;
    /** Knows no tokens. */
    volatile boolean firstVersion;
    /** Status and body of what the container's path answers; null for credentials. */
    volatile String containerFails;

    volatile String containerSays = "";
    /** Does not say whose credentials they are. */
    volatile boolean saysNothing;

    private int handedOut;

    LoopbackMetadata(Clock clock) throws IOException {
        this.clock = clock;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.add(exchange.getRequestMethod() + " " + path);
        boolean put = exchange.getRequestMethod().equals("PUT");
        if (hangs || (put && losesTokens)) {
            await();
        }
        if (down) {
            send(exchange, 503, "down");
        } else if (path.equals("/container") && containerFails != null) {
            send(exchange, Integer.parseInt(containerFails), containerSays);
        } else if (path.equals("/latest/api/token") && firstVersion) {
            send(exchange, 404, "");
        } else if (path.equals("/latest/api/token")) {
            exchange.getResponseHeaders().add("x-aws-ec2-metadata-token-ttl-seconds", "21600");
            send(exchange, put ? 200 : 405, "canary-imds-token");
        } else if (path.equals("/container")) {
            String sent = exchange.getRequestHeaders().getFirst("Authorization");
            boolean good = authorization == null || authorization.equals(sent);
            send(
                    exchange,
                    good ? 200 : 403,
                    good ? credentials() : "{\"code\":\"Forbidden\",\"message\":\"bad token\"}");
        } else if (!firstVersion
                && !"canary-imds-token".equals(exchange.getRequestHeaders().getFirst("x-aws-ec2-metadata-token"))) {
            send(exchange, 401, "");
        } else if (path.equals(ROLE_PATH)) {
            send(exchange, 200, "node-role");
        } else if (path.equals("/latest/meta-data/iam/info") && !saysNothing) {
            send(
                    exchange,
                    200,
                    "{\"Code\":\"Success\",\"InstanceProfileArn\":\"arn:aws-cn:iam::123456789012:instance-profile/nodes\"}");
        } else if (path.equals("/latest/meta-data/instance-id") && !saysNothing) {
            send(exchange, 200, "i-0123456789abcdef0");
        } else if (path.equals(ROLE_PATH + "node-role")) {
            send(exchange, 200, credentials());
        } else {
            send(exchange, 404, "");
        }
    }

    private void await() {
        try {
            closing.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized String credentials() {
        int number = ++handedOut;
        return "{\"Code\":\"Success\",\"Type\":\"AWS-HMAC\",\"AccessKeyId\":\"ASIA%1$d\",\"SecretAccessKey\":\"canary-%1$d\",\"Token\":\"canary-token-%1$d\",\"Expiration\":\"%2$s\",\"LastUpdated\":\"2026-01-01T00:00:00Z\"%3$s}"
                .formatted(
                        number,
                        clock.instant().plus(Duration.ofHours(1)),
                        saysNothing ? "" : ",\"RoleArn\":\"arn:aws:iam::123456789012:role/task\"");
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
