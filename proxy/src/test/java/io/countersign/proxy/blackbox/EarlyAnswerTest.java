package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.WireTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An upstream that answers without reading the body and closes at once: its system resets the connection while we still write. The answer
 * is in our receive queue all the same.
 */
@WireTest
class EarlyAnswerTest {
    @ParameterizedTest
    @CsvSource({"false, 413, 60", "true, 413, 30", "false, 403, 10", "true, 403, 10", "false, 200, 10"})
    void isRelayedThoughTheWritingBreaks(boolean tls, int status, int runs) {
        String body = "x".repeat(4 * 1024 * 1024);
        try (Rig rig = new Rig(
                tls ? FakeUpstream.https() : FakeUpstream.http(),
                "countersign.limits { body = 8 MiB, buffered = 32 MiB }")) {
            Uploads.early(rig, (head, connection) -> {
                connection.send("HTTP/1.1 " + status + " Early\r\nConnection: close\r\nContent-Length: 5\r\n\r\nearly");
                connection.close();
            });
            for (int i = 0; i < runs; i++) {
                Response response = rig.proxy.exchange(Requests.post("/w", body));
                assertEquals(status, response.status(), "run " + i + ": " + response);
                assertEquals("early", response.body());
            }
            assertEquals(runs, rig.upstream.awaitRequests(runs).requests().size());
        }
    }

    /** Without an answer it is what it was: a broken connection. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void noAnswerIsStillABrokenConnection(boolean tls) {
        try (Rig rig = new Rig(
                        tls ? FakeUpstream.https() : FakeUpstream.http(),
                        "countersign.limits { body = 8 MiB, buffered = 32 MiB }");
                RawClient client = rig.proxy.connect()) {
            Uploads.early(rig, (head, connection) -> connection.reset());
            String request = Requests.post("/w", "x".repeat(4 * 1024 * 1024));
            for (int i = 0; i < 10; i++) {
                Response response = client.send(request).read();
                assertEquals(503, response.status(), response::toString);
            }
            assertEquals(10, rig.upstream.awaitRequests(10).requests().size(), "a POST goes out once");
        }
    }
}
