package io.countersign.standin.control;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.countersign.standin.fault.Faults;
import io.countersign.standin.ingest.Ingest;
import io.countersign.standin.json.Json;
import io.countersign.standin.serve.QueryParameters;
import io.countersign.standin.stats.Counters;
import io.countersign.standin.stats.LastRequests;
import io.countersign.standin.stats.SeenRequest;
import io.countersign.standin.verify.Credentials;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The control port's endpoints.
 *
 * <p>It hands out what was sent to the stand-in and lets anyone who reaches it change the credentials: so it listens on
 * loopback only.
 */
public final class ControlServer implements Closeable {
    private final HttpServer server;
    private final ExecutorService threads;

    private final Counters counters;
    private final Ingest ingest;
    private final Faults faults;
    private final LastRequests last;
    private final CredentialCommands credentials;

    private ControlServer(
            HttpServer server,
            Counters counters,
            Ingest ingest,
            Faults faults,
            LastRequests last,
            CredentialCommands credentials) {
        this.server = server;
        this.counters = counters;
        this.ingest = ingest;
        this.faults = faults;
        this.last = last;
        this.credentials = credentials;
        this.threads = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "standin-control");
            thread.setDaemon(true);
            return thread;
        });
    }

    public static ControlServer start(
            InetSocketAddress address,
            Counters counters,
            Ingest ingest,
            Faults faults,
            LastRequests last,
            Credentials credentials,
            Clock clock)
            throws IOException {
        if (address.getAddress() == null || !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("the control port is for loopback only, not "
                    + (address.getAddress() == null
                            ? address.getHostString()
                            : address.getAddress().getHostAddress()));
        }
        HttpServer http = HttpServer.create(address, 0);
        ControlServer control =
                new ControlServer(http, counters, ingest, faults, last, new CredentialCommands(credentials, clock));
        http.setExecutor(control.threads);
        http.createContext("/", control::handle);
        http.start();
        return control;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String query =
                    Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
            try {
                route(exchange, exchange.getRequestURI().getPath(), new QueryParameters(query), body);
            } catch (IllegalArgumentException e) {
                send(exchange, 400, Map.of("error", String.valueOf(e.getMessage())));
            }
        }
    }

    private void route(HttpExchange exchange, String path, QueryParameters query, String body) throws IOException {
        switch (exchange.getRequestMethod() + " " + path) {
            case "GET /stats" ->
                send(exchange, 200, StatsSnapshot.of(counters, ingest).toJson());
            case "POST /stats/reset" -> {
                counters.reset();
                last.clear();
                if (!query.text("keep", "").equals("data")) {
                    ingest.clear();
                }
                send(exchange, 200, StatsSnapshot.of(counters, ingest).toJson());
            }
            case "GET /faults" -> sendFaults(exchange);
            case "POST /faults" -> {
                faults.add(body);
                sendFaults(exchange);
            }
            case "DELETE /faults" -> {
                faults.clear();
                sendFaults(exchange);
            }
            case "GET /credentials" -> send(exchange, 200, Map.of("credentials", credentials.list()));
            case "POST /credentials" -> {
                credentials.apply(body);
                send(exchange, 200, Map.of("credentials", credentials.list()));
            }
            case "GET /last" ->
                send(
                        exchange,
                        200,
                        Map.of(
                                "requests",
                                last.list().stream()
                                        .limit(query.number("n", 10))
                                        .map(ControlServer::view)
                                        .toList()));
            case "GET /samples" -> sendSamples(exchange);
            default ->
                send(
                        exchange,
                        404,
                        Map.of(
                                "error",
                                "there is GET /stats, /faults, /credentials, /last, /samples;"
                                        + " POST /stats/reset, /faults, /credentials; DELETE /faults"));
        }
    }

    private void sendFaults(HttpExchange exchange) throws IOException {
        send(
                exchange,
                200,
                Map.of("faults", faults.all().stream().map(FaultView::of).toList()));
    }

    private static Map<String, Object> view(SeenRequest seen) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("time", seen.time().toString());
        view.put("head", seen.head());
        view.put("bodyBytes", seen.bodyBytes());
        view.put("verdict", seen.verdict());
        view.put("status", seen.status());
        seen.parts().ifPresent(parts -> {
            view.put("canonicalRequest", parts.canonicalRequest());
            view.put("stringToSign", parts.stringToSign());
            view.put("signatureExpected", parts.expected());
            view.put("signatureProvided", parts.provided());
        });
        return view;
    }

    /** Every accepted sample, a line each, as it is on disk up to now; duplicates among them. */
    private void sendSamples(HttpExchange exchange) throws IOException {
        Optional<Path> file = ingest.sampleFile();
        if (file.isEmpty()) {
            send(exchange, 404, Map.of("error", "samples are kept in clear only where there is a data folder"));
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(200, 0);
        try (InputStream in = Files.newInputStream(file.get());
                OutputStream out = exchange.getResponseBody()) {
            in.transferTo(out);
        }
    }

    private static void send(HttpExchange exchange, int status, Map<String, Object> json) throws IOException {
        byte[] body = (Json.writeIndented(json) + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
