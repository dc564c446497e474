package io.countersign.proxy.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the line of a call says that one cannot guess from its status. */
@WireTest
class CallLineTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @ParameterizedTest
    @ValueSource(strings = {"00-" + TRACE + "-00f067aa0ba902b7-01", "cc-" + TRACE + "-00f067aa0ba902b7-01-what.comes"})
    void namesTheTraceOfASoundTraceparent(String field) {
        assertTrue(lineOf(field).contains("\"trace_id\":\"" + TRACE + "\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-" + TRACE + "-00f067aa0ba902b7-01-more",
                "00-" + TRACE + "-00f067aa0ba902b7-0",
                "ff-" + TRACE + "-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-" + TRACE + "-00f067aa0ba902b7-01\r\ntraceparent: 00-" + TRACE + "-00f067aa0ba902b7-01",
                "x"
            })
    void ignoresAMalformedTraceparent(String field) {
        assertFalse(lineOf(field).contains("trace_id"));
    }

    /** Of a call with that field, which goes upstream as it came. */
    private static String lineOf(String traceparent) {
        try (FakeUpstream upstream = FakeUpstream.http();
                LogLines log = new LogLines();
                TestProxy proxy = TestProxy.start(upstream)) {
            upstream.script(Script.always("HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n\r\n"));
            String fields = "traceparent: " + traceparent;
            assertEquals(
                    404,
                    proxy.exchange(Requests.get("/r", fields + "\r\nUser-Agent: Prometheus/3.5.0"))
                            .status());
            String received = upstream.requests().get(0).head().text();
            assertTrue(received.contains(fields), received);
            String line = log.await("\"path\":\"/r\"");
            assertTrue(line.contains("\"user_agent\":\"Prometheus/3.5.0\""), line);
            return line;
        }
    }

    @Test
    void saysWhatBecameOfEachAttempt() {
        try (FakeUpstream upstream = FakeUpstream.http();
                LogLines log = new LogLines();
                TestProxy proxy = TestProxy.start(upstream)) {
            assertEquals(200, proxy.exchange(Requests.get("/first")).status());
            upstream.script((request, connection) -> {
                if (request.connection() == 1) {
                    connection.reset();
                } else {
                    connection.send("HTTP/1.1 404 Gone\r\nContent-Length: 4\r\n\r\nnone");
                }
            });
            assertEquals(404, proxy.exchange(Requests.get("/second")).status());
            String line = log.await("\"path\":\"/second\"");
            assertTrue(
                    line.matches(
                            ".*\"upstream_said\":\"none\".*\"attempts\":2,\"upstream\":\"127.0.0.1:\\d+\",\"reused\":false,"
                                    + "\"sent_ms\":[0-9.]+,\"earlier\":\\[\\{\"to\":\"127.0.0.1:\\d+\",\"on_reused\":true,"
                                    + "\"at_ms\":[0-9.]+,\"broke\":\"connection_terminated\"}],.*\"relay_ms\":[0-9.]+}"),
                    line);
        }
    }

    @Test
    void saysWhatTheClientWasAskedToAndWhatTheUpstreamSaid() {
        try (FakeUpstream upstream = FakeUpstream.http();
                LogLines log = new LogLines();
                TestProxy proxy = TestProxy.start(upstream)) {
            upstream.script(
                    Script.always("HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 13\r\n\r\nRate exceeded"));
            assertEquals(503, proxy.exchange(Requests.post("/kept", "x")).status());
            String line = log.await("\"path\":\"/kept\"");
            assertTrue(line.contains("\"status\":503,\"own\":true,\"complete\":true,\"retry_after\":7"), line);
            assertTrue(line.contains("\"upstream_said\":\"Rate exceeded\""), line);
            assertFalse(line.contains("relay_ms"), line);
        }
    }
}
