package io.countersign.proxy.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets in while others take all the room there is. */
@WireTest
class DoorTest {
    private static final String LOOPS = "countersign.limits.event-loops = 4";
    private static final String OPEN = "countersign_client_connections";
    private static final String DISPLACED = "countersign_connections_displaced_total";

    private final List<RawClient> clients = new ArrayList<>();
    private FakeUpstream upstream;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.http();
    }

    @AfterEach
    void stop() {
        clients.forEach(RawClient::close);
        upstream.close();
    }

    private static String refused(String reason) {
        return "countersign_connections_refused_total{reason=\"" + reason + "\"}";
    }

    private RawClient keep(RawClient client) {
        clients.add(client);
        return client;
    }

    private static Site denying(Path folder, FakeUpstream upstream, String... settings) {
        Site site = Site.open(folder, upstream, settings);
        site.write("deny.list", "127.0.0.2\n");
        site.server().reload();
        site.log.await("configuration taken");
        return site;
    }

    @Test
    void deniedPeersTakeNoPlaceOfThoseAllowed(@TempDir Path folder) {
        try (Site site = denying(folder, upstream, LOOPS, "countersign.limits.connections = 2")) {
            for (int i = 0; i < 20; i++) {
                keep(site.connectFrom("127.0.0.2"));
            }
            RawClient first = keep(site.connect());
            RawClient second = keep(site.connect());
            for (int i = 0; i < 3; i++) {
                assertEquals(200, first.send(Requests.get("/w")).read().status());
                assertEquals(200, second.send(Requests.get("/w")).read().status());
            }
            assertEquals(2, site.metric(OPEN));
        }
    }

    @Test
    void aDeniedPeerIsToldSoOnceAndClosed(@TempDir Path folder) {
        try (Site site = denying(folder, upstream, LOOPS);
                RawClient client = site.connectFrom("127.0.0.2")) {
            String body = "x".repeat(1 << 20);
            ProblemAssert.problem(403, client.send(Requests.post("/w", body)).read())
                    .error("http_request_denied")
                    .closes();
            assertEquals("", client.readToEnd().rest());
            assertTrue(site.log.await("\"status\":403").contains("deny.list:1"));
            assertEquals(0, upstream.requests().size());
        }
    }

    /** Past a bounded number not even that: they are closed without a word, and counted. */
    @Test
    void manyDeniedPeersAreClosedAtOnce(@TempDir Path folder) {
        try (Site site = denying(folder, upstream, LOOPS)) {
            List<RawClient> denied = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                denied.add(keep(site.connectFrom("127.0.0.2")));
            }
            while (site.metric(refused("denied")) == 0) {
                RawClient further = keep(site.connectFrom("127.0.0.2"));
                denied.add(further);
                assertTrue(denied.size() < 640, "nobody was turned away");
            }
            assertEquals(200, site.status(Requests.get("/w")));
            // Those that got in and say nothing are closed soon, too.
            denied.forEach(client -> assertEquals("", client.readToEnd().rest()));
        }
    }

    @Test
    void whoWasDeniedAtTheDoorStaysSoUntilItComesAgain(@TempDir Path folder) {
        try (Site site = denying(folder, upstream, LOOPS);
                RawClient client = site.connectFrom("127.0.0.2")) {
            Await.until("the connection is known", () -> client.trySend("GET ".getBytes(StandardCharsets.US_ASCII)));
            site.write("deny.list", "# nobody any more\n");
            site.server().reload();
            site.awaitMetric("countersign_config_reloads_total{result=\"success\"}", 2);
            assertEquals(
                    403,
                    client.send("/w HTTP/1.1\r\nHost: localhost\r\n\r\n").read().status());
            try (RawClient again = site.connectFrom("127.0.0.2")) {
                assertEquals(200, again.send(Requests.get("/w")).read().status());
            }
        }
    }

    @Test
    void silentConnectionsGiveWay(@TempDir Path folder) {
        try (Site site = Site.open(folder, upstream, LOOPS, "countersign.limits.connections = 4")) {
            for (int i = 0; i < 20; i++) {
                keep(site.connect());
            }
            site.awaitMetric(DISPLACED, 16);
            // Its request may have been on its way.
            RawClient displaced = clients.get(0);
            ProblemAssert.problem(503, displaced.read())
                    .error("connection_limit_reached")
                    .retryAfter()
                    .closes();
            assertFalse(displaced.readToEnd().reset());
            for (int i = 0; i < 3; i++) {
                RawClient client = keep(site.connect());
                assertEquals(200, client.send(Requests.get("/w")).read().status());
                assertEquals(200, client.send(Requests.get("/w")).read().status());
            }
            assertEquals(19, site.metric(DISPLACED));
            assertEquals(4, site.metric(OPEN));
            assertEquals(0, site.metric(refused("limit")));
        }
    }

    @Test
    void aHeadThatDoesNotEndGivesWayAndIsTold(@TempDir Path folder) {
        Gate answer = new Gate();
        upstream.script((request, connection) -> {
            if (request.head().target().endsWith("/slow")) {
                answer.pass();
            }
            connection.send(Script.ok("whole"));
        });
        try (Site site = Site.open(folder, upstream, LOOPS, "countersign.limits.connections = 2")) {
            RawClient running = keep(site.connect()).send(Requests.get("/slow"));
            upstream.awaitRequests(1);
            RawClient begun = keep(site.connect()).send("GET /w HTTP/1.1\r\nHo");
            site.awaitMetric(OPEN, 2);
            Await.until("it has lasted for long enough", () -> site.status(Requests.get("/w")) == 200);
            ProblemAssert.problem(503, begun.read())
                    .error("connection_limit_reached")
                    .retryAfter()
                    .closes();
            assertFalse(begun.readToEnd().reset());
            answer.open();
            assertEquals("whole", running.read().body());
        }
    }

    /** Requests run on every place; whoever comes is refused, and none of them is harmed. */
    @Test
    void aRequestThatRunsNeverGivesWay(@TempDir Path folder) {
        Gate answer = new Gate();
        upstream.script((request, connection) -> {
            answer.pass();
            connection.send(Script.ok("whole"));
        });
        try (Site site = Site.open(folder, upstream, LOOPS, "countersign.limits.connections = 8")) {
            List<RawClient> running = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                running.add(keep(site.connect()));
                running.get(i).send(Requests.post("/w", "body"));
            }
            upstream.awaitRequests(8);
            for (int i = 0; i < 100; i++) {
                assertEquals(503, site.status(Requests.get("/w")));
            }
            assertEquals(0, site.metric(DISPLACED));
            answer.open();
            for (RawClient client : running) {
                assertEquals("whole", client.read().body());
            }
        }
    }

    /** What a client has sent already must not turn the answer into a reset. */
    @Test
    void whoIsRefusedCanReadWhyAfterSendingMuch(@TempDir Path folder) {
        Gate answer = new Gate();
        upstream.script((request, connection) -> {
            answer.pass();
            connection.send(Script.ok("whole"));
        });
        try (Site site = Site.open(folder, upstream, LOOPS, "countersign.limits.connections = 1");
                RawClient first = site.connect()) {
            first.send(Requests.get("/w"));
            upstream.awaitRequests(1);
            for (int i = 0; i < 10; i++) {
                try (RawClient client = site.connect()) {
                    client.send(Requests.post("/w", "x".repeat(4 << 20)));
                    ProblemAssert.problem(503, client.read())
                            .error("connection_limit_reached")
                            .details("limits.connections allows (1)")
                            .retryAfter()
                            .closes();
                    assertFalse(client.readToEnd().reset());
                }
            }
            assertEquals(10, site.metric(refused("limit")));
            site.log.await("\"status\":503", "limits.connections");
            answer.open();
            assertEquals("whole", first.read().body());
        }
    }
}
