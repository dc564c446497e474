package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which upstream connection a request gets, over real sockets. */
@WireTest
class ConnectionReuseTest {
    @Test
    void warmConnectionsServeThoseWhoseOwnHandshakeIsSlow() {
        Gate handshakes = new Gate();
        try (Rig rig = new Rig(FakeUpstream.https(), TestProxy.main("timeouts { connect = 500ms, request = 12s }"))) {
            open(rig, 2);
            rig.upstream.script(Script.echo());
            rig.upstream.beforeHandshake(connection -> handshakes.pass());
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(rig.proxy.connect().send(Requests.post("/w", "body " + i)));
            }
            for (int i = 0; i < 8; i++) {
                assertEquals("POST /stage/w body " + i, clients.get(i).read().body());
                clients.get(i).close();
            }
            assertTrue(rig.upstream.requests().stream().allMatch(request -> request.connection() <= 2));
            assertEquals(2 + 8, rig.upstream.requests().size());
            handshakes.open();
        }
    }

    @Test
    void connectsAgainWhenTheFirstHandshakeIsTooSlow() {
        Gate handshake = new Gate();
        try (Rig rig = new Rig(FakeUpstream.https(), TestProxy.main("timeouts { connect = 2s, request = 12s }"))) {
            rig.upstream.beforeHandshake(connection -> {
                if (connection == 1) {
                    handshake.pass();
                }
            });
            assertEquals(
                    "POST /stage/w body",
                    rig.proxy.exchange(Requests.post("/w", "body")).body());
            handshake.open();
        }
    }

    @Test
    void saysWhyWhenTheTimeIsUpAndNothingWasSent() {
        Gate handshakes = new Gate();
        try (Rig rig = new Rig(FakeUpstream.https(), TestProxy.main("timeouts { connect = 300ms, request = 700ms }"))) {
            rig.upstream.beforeHandshake(connection -> handshakes.pass());
            ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/w", "body")))
                    .error("connection_timeout")
                    .retryAfter();
            handshakes.open();
        }
    }

    /** As after a NAT or a load balancer has dropped them all: each is reset at its next request. */
    @Test
    void theSecondAttemptOfAGetIsOnANewConnection() {
        try (Rig rig = new Rig()) {
            open(rig, 6);
            rig.upstream.script((request, connection) -> {
                if (request.nth() > 1) {
                    connection.reset();
                } else {
                    connection.send(Script.ok("fresh"));
                }
            });
            for (int i = 0; i < 3; i++) {
                try (RawClient client = rig.proxy.connect()) {
                    assertEquals("fresh", client.send(Requests.get("/w")).read().body());
                }
                // The next one is to meet another dead connection rather than the new one.
                rig.upstream
                        .connections()
                        .get(rig.upstream.connections().size() - 1)
                        .reset();
            }
        }
    }

    @Test
    void aConnectionIsClosedWhenItsAgeIsOver() {
        try (Rig rig = new Rig(TestProxy.main("timeouts.pool-max-age = 400ms"))) {
            rig.forwards(Requests.get("/w"));
            rig.upstream.connections().get(0).awaitEnded();
            rig.forwards(Requests.get("/w"));
            assertEquals(2, rig.upstream.connections().size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Keep-Alive: timeout=1", "keep-alive: max=100, timeout=1"})
    void aConnectionIsClosedBeforeItsUpstreamDoesIt(String field) {
        try (Rig rig = new Rig(TestProxy.main("timeouts.pool-idle = 5 m"))) {
            rig.upstream.script(Script.always("HTTP/1.1 200 OK\r\n" + field + "\r\nContent-Length: 2\r\n\r\nok"));
            rig.forwards(Requests.get("/w"));
            rig.upstream.connections().get(0).awaitEnded();
        }
    }

    /** Opens so many connections at once and leaves them idle. */
    private static void open(Rig rig, int count) {
        CountDownLatch all = new CountDownLatch(count);
        rig.upstream.script((request, connection) -> {
            all.countDown();
            Await.released("all have come", all);
            connection.send(Script.ok("warm"));
        });
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(rig.proxy.connect().send(Requests.get("/warm")));
        }
        clients.forEach(client -> {
            assertEquals("warm", client.read().body());
            client.close();
        });
        assertEquals(count, rig.upstream.connections().size());
    }
}
