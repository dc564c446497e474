package io.countersign.gateway.console.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.countersign.gateway.console.serve.RawConsole;
import io.countersign.gateway.identity.Role;
import io.countersign.gateway.identity.Token;
import io.countersign.gateway.identity.TokensFile;
import io.countersign.gateway.testing.RunningGateway;
import io.countersign.proxy.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * A gateway as one meets it: routes that work, one whose upstream refuses, one whose upstream is gone, one that ends, one that takes an
 * approval; callers that may and others that may not. Texts that come from outside are hostile.
 */
final class Scene implements AutoCloseable {
    /** Runs, where a page takes it for HTML. */
    static final String HOSTILE = "<img src=x onerror=\"document.title='hurt'\"><script>alert(1)</script>";

    /** Runs, where a spreadsheet takes it for a formula. */
    static final String FORMULA = "=HYPERLINK(1)";

    /** Nothing shows it. */
    static final String QUERY_VALUE = "queryvalue";

    private static final String FORBIDDEN = "{\"__type\":\"AccessDeniedException\",\"message\":\"User:"
            + " arn:aws:sts::123456789012:assumed-role/ingest/1 is not authorized to perform: logs:PutLogEvents\"}";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<Role, String> tokens = new EnumMap<>(Role.class);
    private final String callerToken;
    private final HttpServer upstream;
    private final HeldWebSocket sockets = new HeldWebSocket();
    private final RunningGateway gateway;
    private final CompletableFuture<Void> slow = new CompletableFuture<>();
    private final AtomicBoolean mended = new AtomicBoolean();
    private final int port;
    private final Path folder;

    Scene(Path folder) throws IOException, TokensFile.Refused, StartFailure {
        this.folder = folder;
        TokensFile file = new TokensFile(folder.resolve("tokens"));
        for (Role role : Role.values()) {
            Token token = new Token("a-" + role.word(), Optional.of(role), Optional.empty());
            tokens.put(role, file.add(token, new SecureRandom()).secret());
        }
        callerToken = file.add(new Token("checkout", Optional.empty(), Optional.empty()), new SecureRandom())
                .secret();
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/", this::answer);
        upstream.setExecutor(threads);
        upstream.start();
        Files.createDirectories(folder.resolve("state"));
        Files.writeString(folder.resolve("allow.list"), """
                # Who may call
                127.0.0.0/16        # this machine
                127.1.0.0/24        # payments: the checkout service and its workers
                127.2.0.0/24        # search, until 2030-01-31
                127.9.0.0/24        # an old batch job, until 2020-01-31
                127.0.0.8           # the cron job
                127.6.6.7           # the tester's own machine
                """);
        Files.writeString(folder.resolve("deny.list"), """
                127.1.0.66          # INC-42: sends twice what it should
                127.6.6.0/24        # %s
                """.formatted(HOSTILE));
        gateway = new RunningGateway(folder, settings());
    }

    private String settings() {
        String at = "http://127.0.0.1:" + upstream.getAddress().getPort();
        return """
                console { bind = "127.0.0.1:%d", tokens-file = tokens }
                tokens-file = tokens
                state.dir = state
                approval.contact = "#observability"
                calls.keep = 2000
                access { allow-files = [allow.list], deny-files = [deny.list] }
                credentials {
                  reports { access-key-id = AKIDREPORTS, secret-access-key = SECRETCANARY,
                            role-arn = "arn:aws:iam::123456789012:role/reports", sts-region = eu-west-1 }
                }
                routes {
                  metrics { upstream = "%s", service = aps, region = eu-west-1, match.path-prefix = /workspaces
                    description = "Samples of all clusters", owner = observability, contact = "#metrics", docs = "https://docs.example.com/metrics" }
                  search { upstream = "%s/es", service = es, region = eu-west-1, match.path-prefix = /es
                    description = "Full-text search over orders", owner = "search team" }
                  logs { upstream = "%s/forbidden", service = logs, region = eu-west-1, match.path-prefix = /v1/logs
                    description = "OTLP logs of the shop", owner = observability }
                  traces { upstream = "http://127.0.0.1:9", service = xray, region = eu-west-1, match.path-prefix = /v1/traces
                    description = "OTLP traces of the shop", owner = observability }
                  reports { upstream = "%s", service = execute-api, region = eu-west-1, match.path-prefix = /reports, credentials = reports
                    description = "Monthly reports", owner = finance }
                  orders { upstream = "%s", service = execute-api, region = eu-west-1, match.path-prefix = /orders, approval = required
                    description = "%s", owner = payments }
                  invoices { upstream = "%s/mismatch", service = execute-api, region = eu-west-1, match.path-prefix = /invoices
                    description = "Invoices; something on the way changes its paths", owner = finance }
                  orders-v1 { upstream = "%s", service = execute-api, region = eu-west-1, match.path-prefix = /old
                    state = deprecated, deprecation = 2026-01-01, sunset = 2027-06-30, successor = "https://orders.example.com/v2"
                    description = "Orders as they were", owner = payments }
                }
                routes.prices {
                  upstream = [{ url = "http://127.0.0.1:9", region = us-east-1 }, { url = "%s", region = eu-west-1 }]
                  service = execute-api, match.path-prefix = /prices, failover.failures = 1, failover.cool-down = 10 minutes
                  description = "Prices, from whichever region answers", owner = payments
                }
                routes.events { upstream = "%s", service = events, signature = v4a, region-set = "us-east-1,eu-west-1", match.path-prefix = /events
                  description = "Events to a global endpoint", owner = payments }
                routes.feed { upstream = "ws://127.0.0.1:%d", service = execute-api, region = eu-west-1, match.path-prefix = /feed
                  description = "Live prices", owner = payments }
                tenants {
                  payments { match.addresses = ["127.1.0.0/24"], routes = [metrics, orders, orders-v1, logs], rate = 200/s, burst = 400, in-flight = 32
                             buffered = 16 MiB, bytes-per-day = 1 MiB }
                  search { match.addresses = ["127.2.0.0/24"], routes = [search, metrics, traces], in-flight = 16 }
                  shop { match.addresses = ["127.0.0.0/16"]
                         routes = [metrics, search, logs, traces, reports, orders, orders-v1, invoices, prices, events, feed] }
                }
                """.formatted(port, at, at, at, at, at, HOSTILE.replace("\"", "\\\""), at, at, at, at, sockets.port());
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        if (path.contains("/slow/")) {
            slow.join();
        }
        if (path.startsWith("/mismatch")) {
            answer(exchange, 403, "InvalidSignatureException", Mismatch.of(exchange));
        } else if (path.startsWith("/forbidden") && !mended.get()) {
            answer(exchange, 403, "AccessDeniedException", FORBIDDEN);
        } else {
            answer(exchange, 200, "", "{\"took\":3}");
        }
    }

    private static void answer(HttpExchange exchange, int status, String error, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("content-type", "application/json");
        exchange.getResponseHeaders().add("x-amzn-requestid", "5f1f-" + Integer.toHexString(exchange.hashCode()));
        if (!error.isEmpty()) {
            exchange.getResponseHeaders().add("x-amzn-errortype", error);
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** The upstream takes what it has refused. */
    void mend() {
        mended.set(true);
    }

    String url() {
        return "http://127.0.0.1:" + port + "/";
    }

    String token(Role role) {
        return tokens.get(role);
    }

    /** Approves one of those who wait. */
    void decideOnOne() {
        String number = get("/api/v1/pending").replaceFirst("(?s).*?\"number\":(\\d+).*", "$1");
        String decision = "{\"decision\":\"approve\",\"until\":\"7 days\",\"comment\":\"asked for by payments\"}";
        RawConsole.Answer answer = console().post("/api/v1/pending/" + number, token(Role.APPROVER), decision);
        if (answer.status() != 200) {
            throw new AssertionError(answer.problem());
        }
    }

    /** Types a token into the page. */
    void signIn(Browser browser, Role role) {
        browser.until("the page asks for a token", "document.querySelector('input[name=token]')");
        browser.eval("document.querySelector('input[name=token]').focus()");
        browser.type(token(role));
        browser.press("Enter", 13);
        browser.until("the page is shown", "document.querySelector('nav')");
    }

    RunningGateway gateway() {
        return gateway;
    }

    /** The body of an answer of the API. */
    String get(String path) {
        return console().get(path, token(Role.VIEWER)).body();
    }

    private RawConsole console() {
        return new RawConsole(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** Begins a request that is in flight until {@link #finishSlowOne}. */
    CompletableFuture<Integer> beginSlowOne(int body) {
        return CompletableFuture.supplyAsync(
                () -> send("127.2.0.9", "POST", "/es/slow/_doc", "elasticsearch-py/8.14", body), threads);
    }

    void finishSlowOne() {
        slow.complete(null);
    }

    /** The lines of the calls on the disk, where they are a second after they ended. */
    List<String> logged() {
        try (Stream<Path> files = Files.walk(folder.resolve("state"))) {
            List<String> lines = new ArrayList<>();
            for (Path file : files.filter(each -> each.getFileName().toString().matches("calls-.*jsonl"))
                    .toList()) {
                lines.addAll(Files.readAllLines(file));
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A little of everything. */
    void traffic() {
        for (int i = 0; i < 6; i++) {
            send("127.0.0.1", "POST", "/workspaces/ws-1/api/v1/remote_write", "Prometheus/3.16.0", 900);
            send("127.1.0.7", "POST", "/workspaces/ws-1/api/v1/remote_write", "Prometheus/3.16.0", 2300);
        }
        send("127.2.0.9", "GET", "/es/orders/_search?q=secret", "elasticsearch-py/8.14", 0);
        send("127.2.0.9", "GET", "/es/_cat/health", "elasticsearch-py/8.14", 0);
        send("127.0.0.1", "POST", "/v1/logs", "OTel-OTLP-Exporter-Java/1.68.0", 640);
        send("127.2.0.9", "POST", "/v1/traces", "opentelemetry-collector/0.165", 1200);
        send("127.0.0.1", "GET", "/reports/2026-11", "curl/8.14.1", 0);
        send("127.1.0.7", "GET", "/old/orders/17", "checkout/2.3", 0);
        send("127.1.0.66", "POST", "/workspaces/ws-1/api/v1/remote_write", "Prometheus/2.42.0", 100);
        send("127.6.6.6", "GET", "/es/%3Cscript%3Ealert(1)%3C/script%3E", HOSTILE, 0);
        send("127.3.0.1", "GET", "/es/_search", FORMULA, 0);
        send("127.0.0.1", "GET", "/es/a?" + "%3Cimg%20src=x%20onerror=alert(1)%3E=1", HOSTILE, 0);
        send("127.1.0.7", "GET", "/orders/17", "checkout/2.3", 0);
        send("127.0.0.1", "GET", "/orders/18", "worker/1.0", 0, "Authorization: Bearer " + callerToken);
        send("127.0.0.1", "GET", "/invoices/a%20b?customer=" + QUERY_VALUE, "curl/8.14.1", 0);
        send("127.0.0.1", "GET", "/nowhere", "curl/8.14.1", 0);
        send("127.0.0.1", "GET", "/prices/17", "curl/8.14.1", 0);
        send("127.0.0.1", "GET", "/prices/18", "curl/8.14.1", 0);
        send("127.0.0.1", "POST", "/events", "aws-sdk-java/2.31", 300);
    }

    /** Opens a WebSocket, which stays open until it is closed. */
    Socket webSocket() {
        return sockets.open(gateway.server().address(), "/feed");
    }

    /** Sends one request from that address, and returns the status of its answer. */
    int send(String from, String method, String target, String agent, int body, String... fields) {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(from, 0));
            socket.setSoTimeout(30_000);
            socket.connect(gateway.server().address());
            StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                    + "User-Agent: " + agent + "\r\nConnection: close\r\n");
            for (String field : fields) {
                head.append(field).append("\r\n");
            }
            if (method.equals("POST")) {
                head.append("Content-Type: application/x-protobuf\r\nContent-Length: ")
                        .append(body)
                        .append("\r\n");
            }
            socket.getOutputStream().write((head + "\r\n" + "x".repeat(body)).getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return answer.isEmpty() ? 0 : Integer.parseInt(answer.split(" ", 3)[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        finishSlowOne();
        try {
            sockets.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        gateway.close();
        upstream.stop(0);
        threads.shutdownNow();
    }
}
