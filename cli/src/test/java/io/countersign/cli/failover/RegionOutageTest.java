package io.countersign.cli.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.cli.agents.Ports;
import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.verify.Credential;
import io.countersign.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One API in two regions, each of which verifies signatures for itself: the first region dies, fails and comes back. */
class RegionOutageTest {
    private static final Credential EAST = Credential.of("AKIDEAST", "secret-of-the-east");
    private static final Credential WEST = Credential.of("AKIDWEST", "secret-of-the-west");

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private StandInOptions eastOptions;
    private StandIn east;
    private StandIn west;
    private ProxyServer proxy;
    private int sent;

    @BeforeEach
    void start() throws Exception {
        eastOptions = StandInOptions.defaults()
                .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free()))
                .withDataDir(folder.resolve("east"))
                .withCaOut(folder.resolve("east.pem"))
                .withCredentials(List.of(EAST))
                .withRegion("us-east-1");
        east = StandIn.start(eastOptions);
        west = StandIn.start(StandInOptions.defaults()
                .withCaOut(folder.resolve("west.pem"))
                .withCredentials(List.of(WEST))
                .withRegion("eu-west-1"));
        Files.writeString(folder.resolve("both.pem"), east.caPem() + west.caPem());
        Path config = Files.writeString(folder.resolve("c.conf"), """
                countersign {
                  listeners = [{ bind = "127.0.0.1:0" }]
                  admin { bind = "127.0.0.1:0" }
                  drain { quiet = 10 ms }
                  credentials {
                    east { access-key-id = "%s", secret-access-key = "%s" }
                    west { access-key-id = "%s", secret-access-key = "%s" }
                  }
                  routes.api {
                    service = execute-api, tls.ca = both.pem, on-failure = relay
                    timeouts { request = 100 s, connect = 60 s }
                    upstream = [
                      { url = "https://localhost:%d/prod", region = us-east-1, credentials = east }
                      { url = "https://localhost:%d/prod", region = eu-west-1, credentials = west }
                    ]
                    failover { failures = 2, cool-down = 200 ms }
                  }
                }
                """.formatted(
                EAST.accessKey(), EAST.secretKey(), WEST.accessKey(), WEST.secretKey(), east.port(), west.port()));
        proxy = ProxyServer.start(HoconSource.file(config, Map.of()));
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        east.close();
        west.close();
    }

    private HttpResponse<String> post() throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + proxy.address().getPort() + "/numbered/" + ++sent);
        return client.send(
                HttpRequest.newBuilder(uri)
                        .POST(HttpRequest.BodyPublishers.ofString("n" + sent))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** How often a numbered request was seen by a region, accepted or not. */
    private static long seen(StandIn region, int number) {
        return region.lastRequests().stream()
                .filter(request -> request.head().startsWith("POST /prod/numbered/" + number + " "))
                .count();
    }

    private void isTakenBy(StandIn region) throws IOException, InterruptedException {
        assertEquals(200, post().statusCode());
        Await.until("the request's record", () -> seen(region, sent) > 0);
        assertEquals(1, seen(region, sent));
        assertEquals(0, seen(region == east ? west : east, sent));
    }

    private void awaitReturn() {
        Await.until("the first region's return", () -> {
            try {
                post();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return seen(east, sent) == 1;
        });
    }

    @Test
    void aRegionThatIsDownCostsNoRequest() throws Exception {
        isTakenBy(east);
        east.close();
        // Nothing of the closed one is pooled by now, or the first write might be lost on a connection that is ending.
        Await.until("a request of the second region", () -> {
            try {
                return post().statusCode() == 200;
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        for (int i = 0; i < 20; i++) {
            isTakenBy(west);
        }
        east = StandIn.start(eastOptions);
        awaitReturn();
        for (int i = 0; i < 5; i++) {
            isTakenBy(east);
        }
        assertTrue(
                metrics().contains("countersign_upstream_moves_total{cause=\"connection_refused\",route=\"api\""),
                this::metrics);
        assertTrue(
                metrics()
                        .contains("countersign_upstream_breaker{route=\"api\",upstream=\"https://localhost:"
                                + east.port() + "/prod\"} 0"),
                this::metrics);
    }

    private String metrics() {
        try {
            URI uri = URI.create("http://127.0.0.1:" + proxy.adminAddress().getPort() + "/metrics");
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRegionThatAnswers503LosesTheWritesUntilItIsLeftOutAndSendsNoneTwice() throws Exception {
        east.faults().add("{\"status\":503}");
        for (int i = 0; i < 2; i++) {
            assertEquals(503, post().statusCode());
            Await.until("the request's record", () -> seen(east, sent) > 0);
            assertEquals(1, seen(east, sent));
            assertEquals(0, seen(west, sent));
        }
        isTakenBy(west);
        east.faults().clear();
        awaitReturn();
        isTakenBy(east);
    }
}
