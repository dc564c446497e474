package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.Case;
import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.Head;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.SilentServer;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each time limit, set short, by what happens past it. Nothing is asserted about how long that took; a limit that does
 * not act fails by the deadline of the read.
 */
@WireTest
class TimesTest {
    private static final String SHORT_HEAD = TestProxy.listener("head-timeout = 400ms, keep-alive-idle = 30s");

    private static final String EVENT_BEGUN =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream;charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n";

    @Test
    void headTooSlow() {
        try (Rig rig = new Rig(SHORT_HEAD);
                RawClient client = rig.proxy.connect()) {
            assert408(client.send("GET /w HTTP/1.1\r\nHo"));
            assertEquals(0, rig.upstream.connections().size());
        }
    }

    @Test
    void headThatDripsIsTooSlowAllTheSame() {
        try (Rig rig = new Rig(SHORT_HEAD);
                RawClient client = rig.proxy.connect()) {
            Thread drip = new Thread(() -> drip(client), "drip");
            drip.setDaemon(true);
            drip.start();
            assert408(client);
        }
    }

    /** The second request of a connection has the same time from its first byte on. */
    @Test
    void laterHeadTooSlow() {
        try (Rig rig = new Rig(SHORT_HEAD);
                RawClient client = rig.proxy.connect()) {
            assertEquals(200, client.send(Requests.get("/w")).read().status());
            assert408(client.send("GET /w HTTP/1.1\r\n"));
        }
    }

    /** Who never says a word is not owed an answer, but may get one. */
    @Test
    void silentConnectionIsClosed() {
        try (Rig rig = new Rig(SHORT_HEAD);
                RawClient client = rig.proxy.connect()) {
            String rest = client.readToEnd().rest();
            assertTrue(rest.isEmpty() || rest.startsWith("HTTP/1.1 408 "), rest);
        }
    }

    @Test
    void bodyTooSlow() {
        try (Rig rig = new Rig(TestProxy.main("timeouts.body-idle = 400ms"))) {
            try (RawClient client = rig.proxy.connect()) {
                assert408(client.send(Requests.head("POST /w HTTP/1.1", "Content-Length: 10") + "hello"));
            }
            try (RawClient client = rig.proxy.connect()) {
                assert408(client.send(Requests.head("POST /w HTTP/1.1", "Transfer-Encoding: chunked") + "5\r\nhe"));
            }
            assertEquals(0, rig.upstream.connections().size());
        }
    }

    /**
     * One body fills the budget, so a second one is not read until the first is done; by then the body's time has long
     * passed, which another client's slow head, with twice that time, tells us.
     */
    @Test
    void ourOwnPauseDoesNotCountAgainstTheClient() {
        String body = "x".repeat(256 * 1024);
        Gate done = new Gate();
        try (Rig rig = new Rig(
                        "countersign.limits { body = 256 KiB, buffered = 256 KiB }",
                        TestProxy.listener("head-timeout = 800ms, keep-alive-idle = 30s"),
                        TestProxy.main("timeouts.body-idle = 400ms"));
                RawClient first = rig.proxy.connect();
                RawClient second = rig.proxy.connect();
                RawClient clock = rig.proxy.connect()) {
            rig.upstream.script((request, connection) -> {
                done.pass();
                connection.send(Script.ok("done"));
            });
            first.send(Requests.post("/first", body));
            rig.upstream.awaitRequests(1);
            second.send(Requests.head("POST /second HTTP/1.1", "Content-Length: " + body.length()));
            second.send(body.substring(0, 1000));
            clock.send("GET /clock HTTP/1.1\r\n");
            assertEquals(408, clock.read().status());
            // It sends while it is not read, so that what is measured is our pause alone, and not this thread's.
            Thread rest = new Thread(() -> second.send(body.substring(1000)), "rest of the body");
            rest.setDaemon(true);
            rest.start();
            done.open();
            assertEquals(200, first.read().status());
            assertEquals(200, second.read().status());
        }
    }

    @Test
    void idleConnectionIsClosedSilently() {
        try (Rig rig = new Rig(TestProxy.listener("head-timeout = 10s, keep-alive-idle = 300ms"));
                RawClient client = rig.proxy.connect()) {
            assertEquals(200, client.send(Requests.get("/w")).read().status());
            RawClient.End end = client.readToEnd();
            assertEquals("", end.rest());
            assertFalse(end.reset(), "reset instead of closed");
        }
    }

    @Test
    void saysHowLongAConnectionIsKept() {
        try (Rig rig = new Rig(TestProxy.listener("keep-alive-idle = 40s"));
                RawClient client = rig.proxy.connect()) {
            Head head = client.send(Requests.get("/w")).read().head();
            assertEquals("timeout=40", head.value("keep-alive"));
            assertTrue(head.lists("connection", "keep-alive"), head::toString);
            Head refusal = client.send(
                            Requests.head("GET /w HTTP/1.1", "Upgrade-Insecure-Requests: 1", "Origin: http://a"))
                    .read()
                    .head();
            assertEquals("timeout=40", refusal.value("keep-alive"), "an answer of our own");
            Head last =
                    client.send(Requests.get("/w", "Connection: close")).read().head();
            assertFalse(last.has("keep-alive"), last::toString);
        }
    }

    /** However short it may become, every request on it is answered, and the last response says that it is the last. */
    @Test
    void anOldConnectionEndsWithAResponse() {
        try (Rig rig = new Rig(TestProxy.listener("max-connection-age = 300ms"));
                RawClient client = rig.proxy.connect()) {
            boolean last = false;
            for (int i = 0; !last; i++) {
                Response response = client.send(Requests.post("/w" + i, "body")).read();
                assertEquals(200, response.status());
                last = response.head().lists("connection", "close");
            }
            RawClient.End end = client.readToEnd();
            assertEquals("", end.rest());
            assertFalse(end.reset());
        }
    }

    @Test
    void aRequestOutlivesItsConnectionsAge() {
        Gate rest = new Gate();
        try (Rig rig = new Rig(TestProxy.listener("max-connection-age = 10ms"));
                RawClient client = rig.proxy.connect();
                RawClient clock = rig.proxy.connect()) {
            rig.upstream.script((request, connection) -> {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
                rest.pass();
                connection.send("after");
            });
            client.send(Requests.get("/w")).readHead();
            assertEquals("first", client.readExactly(5));
            // Another connection of that age has come to its end meanwhile.
            clock.send(Requests.get("/clock", "Origin: http://a")).readToEnd();
            rest.open();
            assertEquals("after", client.readExactly(5));
        }
    }

    @Test
    void anOldConnectionEndsWhenItIsIdle() {
        try (Rig rig = new Rig(TestProxy.listener("max-connection-age = 1s, keep-alive-idle = 1h"));
                RawClient client = rig.proxy.connect()) {
            assertEquals(200, client.send(Requests.get("/w")).read().status());
            RawClient.End end = client.readToEnd();
            assertEquals("", end.rest());
            assertFalse(end.reset());
        }
    }

    @Test
    void upstreamThatNeverAnswers() {
        try (Rig rig = new Rig(TestProxy.main("timeouts { request = 500ms, connect = 500ms }"))) {
            rig.upstream.script((request, connection) -> connection.awaitEnd());
            ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/w", "body")))
                    .error("http_response_timeout")
                    .retryAfter();
            rig.upstream.request();
            rig.upstream.connections().get(0).awaitEnded();
        }
    }

    @Test
    void interimResponsesDoNotProlongTheExchange() {
        try (Rig rig = new Rig(TestProxy.main("timeouts { request = 500ms, connect = 500ms }"))) {
            rig.upstream.script((request, connection) -> {
                connection.send("HTTP/1.1 103 Early Hints\r\n\r\n");
                connection.awaitEnd();
            });
            ProblemAssert.problem(504, rig.proxy.exchange(Requests.get("/w"))).error("http_response_timeout");
        }
    }

    @Test
    void requestThatNeverLeftUs() {
        Gate done = new Gate();
        try (FakeUpstream upstream = FakeUpstream.http();
                Rig rig = new Rig(
                        "countersign.limits.in-flight = 1",
                        TestProxy.route(
                                "hasty",
                                upstream.url(),
                                "match.path-prefix = \"/hasty\", timeouts { request = 500ms, connect = 500ms }"));
                RawClient first = rig.proxy.connect()) {
            rig.upstream.script((request, connection) -> {
                done.pass();
                connection.send(Script.ok("done"));
            });
            first.send(Requests.get("/w"));
            rig.upstream.awaitRequests(1);
            ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/hasty", "body")))
                    .retryAfter();
            assertEquals(0, upstream.received());
            done.open();
            assertEquals(200, first.read().status());
        }
    }

    @Test
    void connectIncludingTlsTooSlow() {
        try (SilentServer silent = new SilentServer();
                TestProxy proxy = TestProxy.startTo(
                        "https://127.0.0.1:" + silent.port(), TestProxy.main("timeouts.connect = 500ms"))) {
            ProblemAssert.problem(503, proxy.exchange(Requests.post("/w", "body")))
                    .error("connection_timeout")
                    .retryAfter();
        }
    }

    static List<Case> begunResponses() {
        return List.of(
                new Case("length", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"),
                new Case("chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
                new Case("to the end", "HTTP/1.1 200 OK\r\n\r\nhello"));
    }

    @ParameterizedTest
    @MethodSource("begunResponses")
    void responseThatStallsIsCutAndMarked(Case begun) {
        try (Rig rig = new Rig(TestProxy.main("timeouts.response-idle = 400ms"))) {
            rig.upstream.script((request, connection) -> {
                connection.send(begun.bytes());
                connection.awaitEnd();
            });
            Response response = rig.proxy.exchange(Requests.get("/w"));
            assertEquals("hello", response.body());
            assertFalse(response.complete(), "not marked as cut");
            rig.upstream.connections().get(0).awaitEnded();
        }
    }

    /** An ordinary response that stalls is the clock: when it has been cut, the event stream must live still. */
    @Test
    void eventStreamMayStallForLonger() {
        Gate cut = new Gate();
        try (Rig rig = new Rig(TestProxy.main("timeouts { response-idle = 400ms, event-stream-idle = 12s }"));
                RawClient events = rig.proxy.connect()) {
            rig.upstream.script((request, connection) -> {
                if (request.head().target().endsWith("/events")) {
                    connection.send(EVENT_BEGUN);
                    cut.pass();
                    connection.send("3\r\ntwo\r\n0\r\n\r\n");
                } else {
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello");
                    connection.awaitEnd();
                }
            });
            events.send(Requests.get("/events"));
            rig.upstream.awaitRequests(1);
            assertFalse(rig.proxy.exchange(Requests.get("/w")).complete());
            cut.open();
            Response response = events.read();
            assertTrue(response.complete());
            assertEquals("onetwo", response.body());
        }
    }

    @Test
    void eventStreamThatStallsTooLongIsCut() {
        try (Rig rig = new Rig(TestProxy.main("timeouts.event-stream-idle = 400ms"))) {
            rig.upstream.script((request, connection) -> {
                connection.send(EVENT_BEGUN);
                connection.awaitEnd();
            });
            Response response = rig.proxy.exchange(Requests.get("/events"));
            assertEquals("one", response.body());
            assertFalse(response.complete());
        }
    }

    @Test
    void idlePooledConnectionIsClosed() {
        try (Rig rig = new Rig(TestProxy.main("timeouts.pool-idle = 300ms"))) {
            rig.forwards(Requests.get("/w"));
            rig.upstream.connections().get(0).awaitEnded();
            rig.forwards(Requests.get("/w"));
            assertEquals(2, rig.upstream.connections().size());
        }
    }

    private static void assert408(RawClient client) {
        ProblemAssert.problem(408, client.read()).error("http_request_error").closes();
        assertEquals("", client.readToEnd().rest());
    }

    /** A byte now and then, until the proxy takes no more. */
    private static void drip(RawClient client) {
        client.send("GET /w HTTP/1.1\r\nX-A: ");
        while (client.trySend(new byte[] {'b'})) {
            Await.pace(Duration.ofMillis(20));
        }
    }
}
