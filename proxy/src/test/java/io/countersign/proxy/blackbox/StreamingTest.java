package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.Head;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.testing.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Response bodies are never collected: they come at once, no faster than they are read, and end when nobody reads. */
@BlackBox
class StreamingTest {
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final int LARGE = 64 * 1024 * 1024;

    @Test
    void handsEventsOnAsTheyCome(Rig rig) {
        Gate seen = new Gate();
        rig.upstream.script((request, connection) -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            connection.send("b\r\ndata: one\n\n\r\n");
            seen.pass();
            connection.send("b\r\ndata: two\n\n\r\n0\r\n\r\n");
        });
        try (RawClient client = rig.proxy.connect()) {
            assertEquals(200, client.send(Requests.get("/w")).readHead().status());
            assertEquals("b\r\ndata: one\n\n\r\n", client.readExactly(16));
            seen.open();
            assertEquals("b\r\ndata: two\n\n\r\n0\r\n\r\n", client.readExactly(21));
        }
    }

    @Test
    void handsAHeadOnBeforeItsBody(Rig rig) {
        Gate seen = new Gate();
        rig.upstream.script((request, connection) -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
            seen.pass();
            connection.send("hello");
        });
        try (RawClient client = rig.proxy.connect()) {
            Head head = client.send(Requests.get("/w")).readHead();
            assertEquals("5", head.value("content-length"));
            seen.open();
            assertEquals("hello", client.readExactly(5));
        }
    }

    /**
     * What the upstream wrote and the client has not read is in the kernel's buffers or in our memory: so a bound on the
     * one bounds the other.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void slowReaderSlowsTheUpstream(boolean chunked, Rig rig) {
        String piece = "x".repeat(65536);
        rig.upstream.script((request, connection) -> {
            connection.send(chunked ? CHUNKED : "HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n");
            for (int i = 0; i < LARGE / piece.length(); i++) {
                connection.send(chunked ? "10000\r\n" + piece + "\r\n" : piece);
            }
            connection.send(chunked ? "0\r\n\r\n" : "");
        });
        try (RawClient client = RawClient.connect(rig.proxy.address(), 64 * 1024)) {
            client.send(Requests.get("/w"));
            rig.upstream.awaitRequests(1);
            long stalledAt = Await.steady(
                    "the upstream stalls", rig.upstream.connections().get(0)::written, LARGE);
            assertTrue(stalledAt < LARGE / 2, "the upstream could write " + stalledAt + " bytes to nobody");
            Response response = client.read();
            assertTrue(response.complete());
            assertEquals(LARGE, response.body().length());
        }
    }

    @Test
    void clientThatGoesAwayEndsTheUpstreamsResponse(Rig rig) {
        rig.upstream.script((request, connection) -> {
            connection.send(CHUNKED);
            while (true) {
                connection.send("5\r\nhello\r\n");
            }
        });
        try (RawClient client = rig.proxy.connect()) {
            assertEquals(200, client.send(Requests.get("/w")).readHead().status());
            client.reset();
        }
        rig.upstream.connections().get(0).awaitEnded();
    }

    @Test
    void clientThatGoesAwayBeforeTheResponseEndsTheExchange(Rig rig) {
        rig.upstream.script((request, connection) -> connection.awaitEnd());
        try (RawClient client = rig.proxy.connect()) {
            client.send(Requests.get("/w"));
            rig.upstream.awaitRequests(1);
            client.reset();
        }
        rig.upstream.connections().get(0).awaitEnded();
    }
}
