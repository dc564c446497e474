package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.Head;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.ScriptedConnection;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Requests and responses that are well-formed: their order and their connections. */
@BlackBox
class FlowTest {
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    @Test
    void answersPipelinedRequestsInOrder(Rig rig) {
        String segment = IntStream.range(0, 50)
                .mapToObj(i -> i % 2 == 0 ? Requests.get("/" + i) : Requests.post("/" + i, "body" + i))
                .collect(Collectors.joining());
        try (RawClient client = rig.proxy.connect()) {
            client.send(segment);
            for (int i = 0; i < 50; i++) {
                String expected = i % 2 == 0 ? "GET /stage/" + i + " " : "POST /stage/" + i + " body" + i;
                assertEquals(expected, client.read().body());
            }
        }
        assertEquals(50, rig.upstream.requests().size());
    }

    @Test
    void answersWhatWasPipelinedBeforeACloseAndNothingAfter(Rig rig) {
        try (RawClient client = rig.proxy.connect()) {
            client.send(Requests.get("/1") + Requests.get("/2", "Connection: close") + Requests.get("/3"));
            assertEquals("GET /stage/1 ", client.read().body());
            Response last = client.read();
            assertEquals("GET /stage/2 ", last.body());
            assertTrue(last.head().lists("connection", "close"));
            assertEquals("", client.readToEnd().rest());
        }
        assertEquals(2, rig.upstream.requests().size());
    }

    @Test
    void usesOneUpstreamConnectionForRequestsOneAfterTheOther(Rig rig) {
        try (RawClient client = rig.proxy.connect()) {
            for (int i = 0; i < 10; i++) {
                assertEquals(
                        200, client.send(Requests.post("/w", "body")).read().status());
            }
        }
        assertEquals(200, rig.proxy.exchange(Requests.get("/w")).status());
        assertEquals(1, rig.upstream.connections().size());
    }

    @Test
    void takesARequestThatComesByteByByte(Rig rig) {
        try (RawClient client = rig.proxy.connect()) {
            for (char octet : Requests.post("/w", "body").toCharArray()) {
                client.send(String.valueOf(octet));
            }
            assertEquals("POST /stage/w body", client.read().body());
        }
    }

    /** The pipelined request's body must not be read, and lost, before there is room for it. */
    @Test
    void pipelinedRequestThatWaitsForBudgetIsForwardedWhole() {
        try (Rig small = new Rig("countersign.limits { body = 64 KiB, buffered = 64 KiB }");
                RawClient hoarder = small.proxy.connect();
                RawClient client = small.proxy.connect()) {
            // A chunked body takes its route's whole limit, which is all there is; the 100 says that it has it.
            hoarder.send(Requests.head("POST /h HTTP/1.1", "Transfer-Encoding: chunked", "Expect: 100-continue"));
            assertEquals("HTTP/1.1 100 Continue", hoarder.readHead().startLine());
            client.send(Requests.get("/1") + Requests.post("/2", "body"));
            assertEquals("GET /stage/1 ", client.read().body());
            assertEquals(1, small.upstream.requests().size());
            hoarder.send("5\r\nhello\r\n0\r\n\r\n");
            assertEquals("POST /stage/h hello", hoarder.read().body());
            assertEquals("POST /stage/2 body", client.read().body());
        }
    }

    @Test
    void closesAfterAnHttp10Request(Rig rig) {
        try (RawClient client = rig.proxy.connect()) {
            assertEquals(
                    "GET /stage/w ",
                    client.send(Requests.head("GET /w HTTP/1.0")).read().body());
            assertEquals("", client.readToEnd().rest());
        }
    }

    @Test
    void keepsAnHttp10ConnectionThatAsksForIt(Rig rig) {
        try (RawClient client = rig.proxy.connect()) {
            for (int i = 0; i < 2; i++) {
                Response response = client.send(Requests.head("GET /w HTTP/1.0", "Connection: keep-alive"))
                        .read();
                assertEquals("GET /stage/w ", response.body());
                assertTrue(response.head().lists("connection", "keep-alive"), response::toString);
            }
        }
    }

    @Test
    void sendsNoChunksToAnHttp10Client(Rig rig) {
        rig.upstream.script(Script.always(CHUNKED + "5\r\nhello\r\n0\r\n\r\n"));
        try (RawClient client = rig.proxy.connect()) {
            client.send(Requests.head("GET /w HTTP/1.0", "Connection: keep-alive"));
            Response response = client.read();
            assertFalse(response.head().has("transfer-encoding"));
            assertEquals("hello", response.body());
        }
    }

    /** Half of a request is no request: nothing of it goes upstream. */
    @Test
    void clientThatGoesAwayWithinItsBodyLeavesNoTrace(Rig rig) {
        try (RawClient client = rig.proxy.connect()) {
            client.send(Requests.head("POST /w HTTP/1.1", "Content-Length: 10") + "hello");
            assertFalse(client.halfClose().readToEnd().rest().startsWith("HTTP/1.1 2"));
        }
        rig.forwards(Requests.get("/after"));
        assertEquals("/stage/after", rig.upstream.request().head().target());
    }

    @Test
    void halfCloseAfterTheRequestStillGetsTheAnswer(Rig rig) {
        Gate closed = new Gate();
        rig.upstream.script((request, connection) -> {
            closed.pass();
            connection.send(Script.ok("late"));
        });
        try (RawClient client = rig.proxy.connect()) {
            client.send(Requests.post("/w", "body")).halfClose();
            rig.upstream.awaitRequests(1);
            // A round trip on the same event loop, so that the half-close has been noticed.
            assertEquals(
                    421,
                    rig.proxy
                            .exchange("GET / HTTP/1.1\r\nHost: other.example\r\n\r\n")
                            .status());
            closed.open();
            assertEquals("late", client.read().body());
        }
    }

    @Test
    void endsABodyWithTrailersWhole(Rig rig) {
        rig.upstream.script(Script.always(CHUNKED + "5\r\nhello\r\n0\r\nX-Sum: 1\r\nContent-Length: 9\r\n\r\n"));
        try (RawClient client = rig.proxy.connect()) {
            Response response = client.send(Requests.get("/w", "TE: trailers")).read();
            assertEquals("hello", response.body());
            assertTrue(response.complete());
            assertFalse(response.trailers().contains("Content-Length"), response.trailers());
            rig.upstream.script(Script.echo());
            assertEquals(
                    "GET /stage/after ",
                    client.send(Requests.get("/after")).read().body());
        }
    }

    @Test
    void interimResponsesDoNotDisturbTheAnswer(Rig rig) {
        rig.upstream.script(Script.always(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + Script.ok("final")));
        Response response = rig.proxy.exchange(Requests.post("/w", "body"));
        assertEquals("final", response.body());
        assertTrue(response.informational().stream().noneMatch(head -> head.status() == 100), "100 was not asked for");
    }

    /** A request between the upstream's close and the next POST makes sure that the event loop has seen the close. */
    @Test
    void neverGivesARequestToAConnectionThatTheUpstreamHasClosed(Rig rig) {
        rig.upstream.script((request, connection) -> {
            connection.send(Script.ok("bye"));
            connection.close();
        });
        for (int i = 0; i < 20; i++) {
            assertEquals("bye", rig.proxy.exchange(Requests.post("/w", "body")).body());
            rig.upstream.connections().get(i).awaitEnded();
            rig.proxy.exchange("GET / HTTP/1.1\r\nHost: other.example\r\n\r\n");
        }
        assertEquals(20, rig.upstream.requests().size());
    }

    @Test
    void doesNotPoolAConnectionThatTheUpstreamWillClose(Rig rig) {
        rig.upstream.script(Script.always("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"));
        for (int i = 0; i < 3; i++) {
            Response response = rig.proxy.exchange(Requests.post("/w", "body"));
            assertEquals("ok", response.body());
            assertFalse(response.head().lists("connection", "close"), "the upstream's connection is not the client's");
        }
        assertEquals(3, rig.upstream.connections().size());
    }

    @Test
    void removesTheUpstreamsHopByHopFields(Rig rig) {
        rig.upstream.script(
                Script.always(
                        "HTTP/1.1 200 OK\r\nConnection: x-foo\r\nX-Foo: 1\r\nKeep-Alive: timeout=5\r\nX-Bar: 2\r\nContent-Length: 0\r\n\r\n"));
        Head head = rig.proxy.exchange(Requests.get("/w")).head();
        assertFalse(head.has("x-foo"));
        assertEquals("timeout=30", head.value("keep-alive"), "what we keep, not what the upstream does");
        assertEquals("2", head.value("x-bar"));
    }

    @Test
    void relaysAnAnswerThatComesBeforeTheWholeRequestIsRead() {
        Gate read = new Gate();
        try (Rig large = new Rig("countersign.limits { body = 8 MiB, buffered = 16 MiB }")) {
            large.upstream.script(new Script() {
                @Override
                public boolean beforeBody(Head head, ScriptedConnection connection) {
                    connection.send("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 5\r\n\r\nlarge");
                    read.pass();
                    connection.close();
                    return true;
                }

                @Override
                public void answer(ReceivedRequest request, ScriptedConnection connection) {
                    throw new AssertionError("the body was not to be read");
                }
            });
            Response response = large.proxy.exchange(Requests.post("/w", "x".repeat(8 * 1024 * 1024)));
            read.open();
            assertEquals(413, response.status());
            assertEquals("large", response.body());
        }
    }
}
