package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.Case;
import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.ScriptedConnection;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Streamed bodies that come to a bad end. The upstream has seen the beginning by then, so it must never see a whole: its
 * connection ends without the last chunk or byte, and serves nobody else.
 */
@WireTest
class UploadFaultsTest {
    private static final int LARGE = 64 * 1024 * 1024;

    static List<Case> malformedChunks() {
        return ChunksTest.malformedChunks().stream()
                .map(c -> new Case(c.name(), c.bytes().substring(c.bytes().indexOf("\r\n\r\n") + 4)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("malformedChunks")
    void abortsOnMalformedChunks(Case chunks) {
        try (Upload upload = Upload.begin(Uploads.lattice(), 10, UploadTest.chunked("5\r\nhello\r\n"))) {
            Response response = upload.client().send(chunks.bytes()).read();
            ProblemAssert.problem(400, response).error("http_request_error").closes();
            assertEquals("", upload.client().readToEnd().rest());
            assertEndless(upload.arrived());
            assertServesOnAnotherConnection(upload.rig());
        }
    }

    @Test
    void abortsOverTheLimit() {
        try (Upload upload = Upload.begin(Uploads.lattice(), 10, UploadTest.chunked("5\r\nhello\r\n"))) {
            for (int i = 0; i < 17; i++) {
                upload.client().send("10000\r\n" + "x".repeat(0x10000) + "\r\n");
            }
            ProblemAssert.problem(413, upload.client().read())
                    .error("http_request_error")
                    .closes();
            assertEndless(upload.arrived());
        }
    }

    @Test
    void neverEndsABodyThatIsNotWhatItsHashSays() {
        try (Upload upload = Upload.begin(
                Uploads.signed(), 6, UploadTest.put("/key", 11, Uploads.announcing("hello World")) + "hello ")) {
            ProblemAssert.problem(400, upload.client().send("world").read())
                    .error("http_request_error")
                    .details("x-amz-content-sha256")
                    .closes();
            assertEquals("hello ", upload.arrived());
            assertServesOnAnotherConnection(upload.rig());
        }
    }

    @Test
    void clientThatGoesAwayWithinItsBodyLeavesHalfARequest() {
        for (boolean reset : new boolean[] {false, true}) {
            try (Upload upload = Upload.begin(Uploads.lattice(), 10, UploadTest.chunked("5\r\nhello\r\n"))) {
                if (reset) {
                    upload.client().reset();
                } else {
                    assertFalse(upload.client().halfClose().readToEnd().rest().startsWith("HTTP/1.1 2"));
                }
                assertEndless(upload.arrived());
                assertServesOnAnotherConnection(upload.rig());
            }
        }
    }

    @Test
    void clientThatEndsShortOfItsLengthLeavesHalfARequest() {
        try (Upload upload = Upload.begin(Uploads.s3(), 5, UploadTest.put("/key", 10) + "hello")) {
            assertFalse(upload.client().halfClose().readToEnd().rest().startsWith("HTTP/1.1 2"));
            assertEquals("hello", upload.arrived());
        }
    }

    /** What the client wrote and the upstream has not read is in the kernel's buffers or in our memory. */
    @Test
    void slowUpstreamSlowsTheClient() {
        Gate read = new Gate();
        AtomicLong sent = new AtomicLong();
        try (Rig rig = Uploads.s3();
                RawClient client = rig.proxy.connect()) {
            Uploads.early(rig, (head, connection) -> {
                read.pass();
                connection.readExactly(LARGE);
                connection.send(Script.ok("taken"));
            });
            client.send(UploadTest.put("/key", LARGE));
            byte[] piece = new byte[65536];
            Thread sender = new Thread(() -> {
                while (sent.get() < LARGE && client.trySend(piece)) {
                    sent.addAndGet(piece.length);
                }
            });
            sender.setDaemon(true);
            sender.start();
            long stalledAt = Await.steady("the client stalls", sent::get, LARGE);
            assertTrue(stalledAt < LARGE / 2, "the client could write " + stalledAt + " bytes to nobody");
            read.open();
            // On a busy machine the whole takes longer than a read may; what counts is that it never stops.
            for (long seen = sent.get(); seen < LARGE; seen = sent.get()) {
                long before = seen;
                Await.until("the upload goes on", () -> sent.get() > before);
            }
            assertEquals("taken", client.read().body());
            assertEquals(LARGE, sent.get());
        }
    }

    @Test
    void relaysAnAnswerThatComesBeforeTheWholeBody() {
        try (Rig rig = Uploads.s3();
                RawClient client = rig.proxy.connect()) {
            Uploads.early(rig, (head, connection) -> {
                connection.send("HTTP/1.1 409 Conflict\r\nContent-Length: 5\r\n\r\nbusy!");
                connection.awaitEnd();
            });
            client.send(UploadTest.put("/key", LARGE) + "x".repeat(100_000));
            Response response = client.read();
            assertEquals(409, response.status());
            assertEquals("busy!", response.body());
            assertTrue(response.head().lists("connection", "close"));
            client.reset();
            assertServesOnAnotherConnection(rig);
        }
    }

    /** One that has begun to answer well may want the rest still. */
    @Test
    void sendsOnWhileAGoodAnswerHasBegun() {
        try (Rig rig = Uploads.lattice();
                RawClient client = rig.proxy.connect()) {
            Uploads.early(rig, (head, connection) -> {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
                connection.send(connection.readExactly(25).substring(13, 18));
            });
            client.send(UploadTest.chunked("5\r\nhello\r\n"));
            assertEquals(200, client.readHead().status());
            assertEquals("hello", client.readExactly(5));
            assertEquals("world", client.send("5\r\nworld\r\n0\r\n\r\n").readExactly(5));
        }
    }

    @Test
    void cutsAnAnswerThatHasBegunWhenTheBodyTurnsOutBad() {
        try (Rig rig = Uploads.lattice();
                RawClient client = rig.proxy.connect()) {
            Uploads.early(rig, (head, connection) -> {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
                connection.awaitEnd();
            });
            client.send(UploadTest.chunked("5\r\nhello\r\n"));
            assertEquals(200, client.readHead().status());
            assertEquals("hello", client.readExactly(5));
            assertEquals("", client.send("x\r\n").readToEnd().rest());
            rig.upstream.connections().get(0).awaitEnded();
        }
    }

    @Test
    void upstreamThatBreaksWithinTheBodyIsABadGateway() {
        try (Rig rig = Uploads.s3();
                RawClient client = rig.proxy.connect()) {
            Uploads.early(rig, (head, connection) -> {
                connection.readExactly(5);
                connection.close();
            });
            client.send(UploadTest.put("/key", 10) + "hello");
            ProblemAssert.problem(502, client.read())
                    .error("connection_terminated")
                    .closes();
        }
    }

    @Test
    void answers503WhenAWSRejectsABodyThatHasGone() {
        try (Rig rig = Uploads.signed(Uploads.route("on-failure = keep-data"))) {
            rig.upstream.script(Script.always(EXPIRED));
            ProblemAssert.problem(
                            503, rig.proxy.exchange(UploadTest.put("/key", 5, Uploads.announcing("hello")) + "hello"))
                    .error("destination_unavailable")
                    .received(403)
                    .retryAfter();
            assertEquals("hello", rig.upstream.request().body());
        }
    }

    /** A mismatch before the first byte: the body is still here, so a new signature may save it. */
    @Test
    void signsAnewWhileNothingOfTheBodyHasGone() {
        try (Rig rig = Uploads.signed();
                RawClient client = rig.proxy.connect()) {
            Uploads.early(rig, (head, connection) -> {
                if (connection.number() == 1) {
                    connection.send(MISMATCH);
                    connection.awaitEnd();
                } else {
                    connection.send(Script.ok(connection.readExactly(5)));
                }
            });
            client.send(UploadTest.put("/key", 5, Uploads.announcing("hello"), "Expect: 100-continue"));
            assertEquals(100, client.readHead().status());
            rig.upstream.awaitRequests(1);
            Await.until("the second attempt", () -> rig.upstream.connections().size() == 2);
            assertEquals("hello", client.send("hello").read().body());
        }
    }

    @Test
    void clientTooSlowWithinItsBody() {
        try (Upload upload = Upload.begin(
                Uploads.s3(Uploads.route("timeouts.body-idle = 400ms")), 5, UploadTest.put("/key", 10) + "hello")) {
            ProblemAssert.problem(408, upload.client().read())
                    .error("http_request_error")
                    .closes();
            assertEquals("hello", upload.arrived());
        }
    }

    /** Not by the time that the answer may take, which is an hour for uploads to S3: what it holds meanwhile, others want. */
    @Test
    void upstreamThatTakesNothingIsGivenUp() {
        try (Rig rig = Uploads.s3(Uploads.route("timeouts { request = 1 hour, body-idle = 1500ms }"));
                RawClient client = rig.proxy.connect()) {
            Uploads.early(rig, (head, connection) -> connection.awaitClosedUnread());
            client.send(UploadTest.put("/key", LARGE));
            Thread sender = new Thread(() -> {
                byte[] piece = new byte[65536];
                for (int i = 0; i < LARGE / piece.length && client.trySend(piece); i++) {}
            });
            sender.setDaemon(true);
            sender.start();
            ProblemAssert.problem(504, client.read())
                    .error("connection_write_timeout")
                    .closes();
        }
    }

    /** Within the body more than the exchange's time goes by, which another client's slow head tells us. */
    @Test
    void aLongUploadIsNotCutByTheExchangesTime() {
        try (Rig rig = Uploads.s3(
                        Uploads.route("timeouts { request = 1500ms, connect = 1500ms }"),
                        TestProxy.listener("head-timeout = 2s, keep-alive-idle = 30s"));
                RawClient clock = rig.proxy.connect();
                RawClient client = rig.proxy.connect()) {
            Gate begun = new Gate();
            Uploads.early(rig, (head, connection) -> {
                connection.readExactly(5);
                begun.open();
                connection.send(Script.ok(connection.readExactly(5)));
            });
            client.send(UploadTest.put("/key", 10) + "hello");
            begun.pass();
            assertEquals(408, clock.send("GET / HT").read().status());
            assertEquals("world", client.send("world").read().body());
        }
    }

    @Test
    void theExchangesTimeRunsFromTheBodysEnd() {
        try (Rig rig = Uploads.s3(Uploads.route("timeouts { request = 1500ms, connect = 1500ms }"))) {
            rig.upstream.script((request, connection) -> connection.awaitEnd());
            Response response = rig.proxy.exchange(UploadTest.put("/key", 5) + "hello");
            ProblemAssert.problem(504, response).error("http_response_timeout");
        }
    }

    private static final String EXPIRED =
            rejection("ExpiredTokenException", "The security token included in the request is expired");
    private static final String MISMATCH = rejection(
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
                    + "Key and signing method. Consult the service documentation for details.");

    private static String rejection(String type, String message) {
        String body = "{\"message\":\"" + message + "\"}";
        return "HTTP/1.1 403 Forbidden\r\nx-amzn-ErrorType: " + type + "\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    private static void assertEndless(String octets) {
        assertTrue(octets.startsWith("5\r\nhello\r\n"), octets);
        assertFalse(octets.contains("\r\n0\r\n"), "the upstream saw an end: " + octets);
    }

    private static void assertServesOnAnotherConnection(Rig rig) {
        rig.upstream.script(Script.echo());
        int before = rig.upstream.connections().size();
        assertEquals(200, rig.proxy.exchange(Requests.get("/after")).status());
        List<ScriptedConnection> all = rig.upstream.connections();
        assertEquals(before + 1, all.size(), "the connection of half a request served another");
    }
}
