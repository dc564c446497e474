package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.stats.Counter;
import io.countersign.standin.stats.SeenRequest;
import io.countersign.standin.verify.Credential;
import io.countersign.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The proxy's own metrics, sent by one of its routes to a gateway that verifies signatures and reads OTLP. */
class TelemetryPushTest {
    @TempDir
    Path folder;

    private StandIn standIn;

    @BeforeEach
    void start() throws Exception {
        standIn = StandIn.start(StandInOptions.defaults()
                .withCredentials(List.of(Credential.of("AKIDPUSH", "canary-secret")))
                .withCaOut(folder.resolve("ca.pem")));
    }

    @AfterEach
    void stop() throws IOException {
        standIn.close();
    }

    private ProxyServer proxy(String settings) throws Exception {
        String text = """
                countersign {
                  listeners = [{ bind = "127.0.0.1:0" }], admin.bind = "127.0.0.1:0"
                  credentials.default { access-key-id = AKIDPUSH, secret-access-key = canary-secret }
                  routes.main { upstream = "https://localhost:%d/prod", service = execute-api, region = us-east-1
                                tls.ca = ca.pem, headers.set { x-api-key = abc } }
                  telemetry.push { route = main, every = 1 s }
                  %s
                }
                """.formatted(standIn.port(), settings);
        return ProxyServer.start(HoconSource.text(text, folder, Map.of()));
    }

    private static String metrics(ProxyServer server) {
        URI uri = URI.create("http://127.0.0.1:" + server.adminAddress().getPort() + "/metrics");
        try {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static double value(ProxyServer server, String sample) {
        return metrics(server)
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    private static final String SUCCESS = "countersign_telemetry_pushes_total{result=\"success\"}";
    private static final String FAILURE = "countersign_telemetry_pushes_total{result=\"failure\"}";

    @Test
    void sendsItsMetricsSignedAsOtlp() throws Exception {
        try (ProxyServer server = proxy("")) {
            Await.until("two pushes", () -> value(server, SUCCESS) >= 2);
            SeenRequest seen = standIn.lastRequests().get(0);
            assertEquals("verified", seen.verdict(), seen.head());
            assertTrue(seen.head().startsWith("POST /prod/v1/metrics HTTP/1.1"), seen.head());
            assertTrue(seen.head().contains("x-api-key: abc"), seen.head());
            assertTrue(
                    seen.head().toLowerCase(Locale.ROOT).contains("content-type: application/x-protobuf"), seen.head());
            assertTrue(
                    standIn.stats().counters().get(Counter.OTLP_DATA_POINTS) > 50,
                    () -> standIn.stats().toString());
            // No caller has called.
            assertFalse(metrics(server).contains("countersign_requests_total{"), metrics(server));
            assertEquals(0, value(server, FAILURE));
        }
    }

    @Test
    void countsWhatFailsAndGoesOn() throws Exception {
        standIn.faults().add("{\"status\": 500, \"count\": 2}");
        try (ProxyServer server = proxy("")) {
            Await.until("a push after two failures", () -> value(server, SUCCESS) >= 1);
            assertEquals(2, value(server, FAILURE));
        }
    }

    /** An upstream that does not answer holds up one push, and no more are begun. */
    @Test
    void neverHasMoreThanOneUnderWay() throws Exception {
        standIn.faults().add("{\"latencyMillis\": 60000}");
        try (ProxyServer server = proxy("")) {
            String dropped = "countersign_telemetry_pushes_total{result=\"dropped\"}";
            Await.until("pushes that were dropped", () -> value(server, dropped) >= 2);
            assertEquals(0, value(server, SUCCESS));
            assertTrue(
                    standIn.lastRequests().size() <= 1,
                    () -> standIn.lastRequests().toString());
        }
    }

    /** A region that is gone costs no push, and is not asked by each. */
    @Test
    void goesWhereRequestsOfItsRouteGo() throws Exception {
        int gone;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            gone = free.getLocalPort();
        }
        try (ProxyServer server = several("https://localhost:" + gone, 2)) {
            Await.until("four pushes", () -> value(server, SUCCESS) >= 4);
            assertEquals(0, value(server, FAILURE));
            String upstream = "route=\"main\",upstream=\"https://localhost:" + gone + "\"";
            assertEquals(2, value(server, "countersign_upstream_breaker{" + upstream + "}"));
            assertEquals(2, value(server, "countersign_upstream_requests_total{" + upstream + "}"));
            assertEquals(
                    2,
                    value(server, "countersign_upstream_moves_total{cause=\"connection_refused\"," + upstream + "}"));
        }
    }

    /** Else two regions would have parts of one series; the next push has the same counters. */
    @Test
    void whatWasSentGoesToNoOtherUpstream() throws Exception {
        try (StandIn failing = StandIn.start(StandInOptions.defaults()
                .withCredentials(List.of(Credential.of("AKIDPUSH", "canary-secret")))
                .withCaOut(folder.resolve("failing.pem")))) {
            failing.faults().add("{\"status\": 503}");
            try (ProxyServer server = several("https://localhost:" + failing.port(), 1)) {
                Await.until("pushes to the standby", () -> value(server, SUCCESS) >= 2);
                assertEquals(1, value(server, FAILURE));
                assertEquals(1, failing.lastRequests().size());
            }
        }
    }

    /** The stand-in is the second of two upstreams. */
    private ProxyServer several(String first, int failures) throws Exception {
        Files.writeString(
                folder.resolve("both.pem"),
                Files.readString(folder.resolve("ca.pem"))
                        + (Files.exists(folder.resolve("failing.pem"))
                                ? Files.readString(folder.resolve("failing.pem"))
                                : ""));
        return proxy("""
                routes.main.upstream = ["%s", "https://localhost:%d/prod"]
                routes.main.tls.ca = both.pem
                routes.main.failover { failures = %d, cool-down = 10 minutes }
                """.formatted(first, standIn.port(), failures));
    }

    @Test
    void basicLevelIsASmallPartOfAll() throws Exception {
        long full;
        try (ProxyServer server = proxy("")) {
            full = series(server);
            assertTrue(metrics(server).contains("jvm_threads_current"));
        }
        try (ProxyServer server = proxy("metrics.level = basic")) {
            String page = metrics(server);
            assertFalse(page.contains("jvm_"), page);
            for (String name : List.of(
                    "countersign_build_info{",
                    "countersign_config_info{",
                    "countersign_in_flight ",
                    "process_start_time_seconds ")) {
                assertTrue(page.contains("\n" + name), () -> name + " in " + page);
            }
            assertTrue(series(server) * 3 < full, () -> series(server) + " series");
        }
    }

    private static long series(ProxyServer server) {
        return metrics(server).lines().filter(line -> !line.startsWith("#")).count();
    }
}
