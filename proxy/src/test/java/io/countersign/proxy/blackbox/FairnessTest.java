package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Gate;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Memory and places that some take for long: others get theirs. Where it is said that somebody does not wait, nothing gives way
 * within the test's time, so whoever waits fails by the deadline of its read.
 */
@WireTest
class FairnessTest {
    private static final String NOTHING_GIVES_WAY =
            TestProxy.main("timeouts { wait = 20 minutes, body-idle = 20 minutes, request = 20 minutes }");
    private static final int MIB = 1 << 20;

    @ParameterizedTest
    @ValueSource(ints = {6, 12, 48})
    void smallPostsDoNotWaitForTricklingUploads(int uploads) {
        AtomicBoolean over = new AtomicBoolean();
        List<RawClient> slow = new ArrayList<>();
        try (Rig rig = new Rig("countersign.limits { body = 1 MiB, buffered = 6 MiB }", NOTHING_GIVES_WAY)) {
            try {
                for (int i = 0; i < uploads; i++) {
                    RawClient client = rig.proxy.connect();
                    slow.add(client);
                    String framing = i % 2 == 0 ? "Content-Length: " + MIB : "Transfer-Encoding: chunked";
                    client.send(Requests.head("POST /slow/" + i + " HTTP/1.1", framing));
                    client.send(i % 2 == 0 ? "x".repeat(1400) : "80000\r\n" + "x".repeat(1400));
                }
                Thread trickle = trickle(slow, over);
                Await.until(
                        "the uploads have taken what they get",
                        () -> Uploads.metric(rig.proxy, "countersign_buffered_bytes")
                                >= Math.min(uploads / 2, 4) * MIB);
                for (int i = 0; i < 20; i++) {
                    assertEquals(
                            200,
                            rig.proxy.exchange(Requests.post("/small", "12345")).status());
                    assertEquals(
                            200,
                            rig.proxy
                                    .exchange(Requests.head("POST /small HTTP/1.1", "Transfer-Encoding: chunked")
                                            + "5\r\n12345\r\n0\r\n\r\n")
                                    .status());
                    assertEquals(
                            200,
                            rig.proxy
                                    .exchange(Requests.post("/medium", "x".repeat(200_000)))
                                    .status());
                }
                over.set(true);
                Await.until("the trickling has ended", () -> !trickle.isAlive());
            } finally {
                over.set(true);
                slow.forEach(RawClient::close);
            }
            Uploads.assertNothingIsHeld(rig.proxy);
        }
    }

    private static Thread trickle(List<RawClient> slow, AtomicBoolean over) {
        Thread thread = new Thread(() -> {
            while (!over.get()) {
                slow.forEach(client -> client.trySend(new byte[] {'x'}));
                Await.pace(Duration.ofMillis(20));
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Seven of one KiB, which each reserved the route's whole limit once; in the budget there is room for four such. */
    @Test
    void chunkedBodiesKeepNoMoreThanTheyHold() {
        Gate answer = new Gate();
        List<RawClient> clients = new ArrayList<>();
        try (Rig rig = new Rig("countersign.limits { body = 1 MiB, buffered = 4 MiB }", NOTHING_GIVES_WAY)) {
            rig.upstream.script((request, connection) -> {
                if (request.head().target().endsWith("/held")) {
                    answer.pass();
                }
                connection.send(Script.ok("done"));
            });
            for (int size : new int[] {1024, 1024, 1024, 1024, 1024, 1024, 1024, 20_000, 70_000}) {
                RawClient client = rig.proxy.connect();
                clients.add(client);
                client.send(Requests.head("POST /held HTTP/1.1", "Transfer-Encoding: chunked")
                        + Integer.toHexString(size) + "\r\n" + "x".repeat(size) + "\r\n0\r\n\r\n");
            }
            rig.upstream.awaitRequests(9);
            double held = Uploads.metric(rig.proxy, "countersign_buffered_bytes");
            assertTrue(held <= 7 * 8192 + 2 * 20_000 + 2 * 70_000, "held " + held);
            for (int i = 0; i < 10; i++) {
                assertEquals(
                        200,
                        rig.proxy.exchange(Requests.post("/w", "x".repeat(MIB))).status());
            }
            answer.open();
            clients.forEach(client -> assertEquals(200, client.read().status()));
            clients.forEach(RawClient::close);
            Uploads.assertNothingIsHeld(rig.proxy);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anUploadThatStallsOrTricklesGivesWayToAnother(boolean trickles) {
        AtomicBoolean over = new AtomicBoolean();
        try (Rig rig = new Rig(
                        "countersign.limits { body = 1 MiB, buffered = 2 MiB }",
                        TestProxy.main("timeouts { wait = 4s, body-idle = 20 minutes, request = 20s }"));
                RawClient slow = rig.proxy.connect();
                RawClient other = rig.proxy.connect()) {
            slow.send(Requests.head("POST /slow HTTP/1.1", "Content-Length: " + MIB) + "x".repeat(100));
            Await.until("it has its memory", () -> Uploads.metric(rig.proxy, "countersign_buffered_bytes") == MIB);
            if (trickles) {
                trickle(List.of(slow), over);
            }
            other.send(Requests.post("/other", "x".repeat(MIB)));
            Response gone = slow.read();
            over.set(true);
            ProblemAssert.problem(503, gone)
                    .error("connection_limit_reached")
                    .details("too slowly")
                    .retryAfter()
                    .closes();
            assertEquals(200, other.read().status());
            assertEquals("/stage/other", rig.upstream.request().head().target());
        }
    }

    @Test
    void waitsForAPlaceNoLongerThanItMay() {
        Gate answer = new Gate();
        try (Rig rig = new Rig(
                        "countersign.limits { connections = 200, in-flight = 1 }",
                        TestProxy.main("timeouts.wait = 300ms"));
                RawClient first = rig.proxy.connect()) {
            hold(rig, answer);
            first.send(Requests.post("/held", "x"));
            rig.upstream.awaitRequests(1);
            ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/w", "body")))
                    .error("connection_limit_reached")
                    .details("300 ms for a place upstream")
                    .retryAfter();
            answer.open();
            assertEquals(200, first.read().status());
            assertEquals(1, rig.upstream.requests().size());
        }
    }

    @Test
    void waitsForMemoryNoLongerThanItMay() {
        Gate answer = new Gate();
        try (Rig rig = new Rig(
                        "countersign.limits { body = 1 MiB, buffered = 1 MiB }",
                        TestProxy.main("timeouts.wait = 300ms"));
                RawClient first = rig.proxy.connect();
                RawClient second = rig.proxy.connect()) {
            hold(rig, answer);
            first.send(Requests.post("/held", "x".repeat(MIB)));
            rig.upstream.awaitRequests(1);
            second.send(Requests.head("POST /w HTTP/1.1", "Content-Length: 5"));
            ProblemAssert.problem(503, second.read())
                    .error("connection_limit_reached")
                    .details("300 ms for memory for its body")
                    .retryAfter();
            answer.open();
            assertEquals(200, first.read().status());
            Uploads.assertNothingIsHeld(rig.proxy);
        }
    }

    @Test
    void soManyMayWaitAndTheNextIsAnsweredAtOnce() {
        Gate answer = new Gate();
        List<RawClient> clients = new ArrayList<>();
        try (Rig rig = new Rig("countersign.limits { connections = 200, in-flight = 1 }", NOTHING_GIVES_WAY)) {
            hold(rig, answer);
            for (int i = 0; i < 3; i++) {
                clients.add(rig.proxy.connect().send(Requests.post("/held", "x")));
                rig.upstream.awaitRequests(1);
            }
            Await.until("two wait", () -> Uploads.metric(rig.proxy, "countersign_waiting") == 2);
            ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/w", "body")))
                    .error("connection_limit_reached")
                    .details("too many requests wait")
                    .retryAfter();
            answer.open();
            clients.forEach(client -> assertEquals(200, client.read().status()));
            clients.forEach(RawClient::close);
            Uploads.assertNothingIsHeld(rig.proxy);
        }
    }

    @Test
    void aHungRouteDoesNotStarveAnother() {
        Gate answer = new Gate();
        List<RawClient> clients = new ArrayList<>();
        try (FakeUpstream hung = FakeUpstream.http();
                Rig rig = new Rig(
                        "countersign.limits { connections = 200, in-flight = 8, body = 64 KiB, buffered = 1 MiB }",
                        TestProxy.main("timeouts { wait = 20 minutes, request = 20 minutes }"),
                        TestProxy.route(
                                "hung",
                                hung.url(),
                                "match.path-prefix = \"/hung\", timeouts { wait = 20 minutes, request = 20 minutes }"))) {
            hold(hung, answer);
            for (int i = 0; i < 40; i++) {
                clients.add(rig.proxy.connect().send(Requests.post("/hung/held", "x".repeat(60_000))));
            }
            hung.awaitRequests(6);
            for (int i = 0; i < 50; i++) {
                assertEquals(200, rig.proxy.exchange(Requests.get("/w")).status());
                assertEquals(
                        200,
                        rig.proxy
                                .exchange(Requests.post("/w", "x".repeat(60_000)))
                                .status());
            }
            assertEquals(6, hung.requests().size(), "places that the hung route has");
            answer.open();
            clients.forEach(client ->
                    assertTrue(List.of(200, 503).contains(client.read().status())));
            clients.forEach(RawClient::close);
            Uploads.assertNothingIsHeld(rig.proxy);
        }
    }

    /** Its requests wait for their credentials without a place. */
    @Test
    void aCredentialsSourceThatHangsDoesNotStarveAnotherRoute() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try (SilentServer sts = new SilentServer();
                Rig rig = new Rig(
                        "countersign.limits { connections = 200, in-flight = 1 }",
                        NOTHING_GIVES_WAY,
                        "countersign.credentials.hung { source = default, role-arn = \"arn:aws:iam::123456789012:role/r\","
                                + " sts-region = us-east-1, sts-endpoint = \"http://127.0.0.1:" + sts.port() + "\" }",
                        TestProxy.route(
                                "hung",
                                "http://127.0.0.1:" + sts.port(),
                                "match.path-prefix = \"/hung\", credentials = hung"))) {
            for (int i = 0; i < 20; i++) {
                clients.add(rig.proxy.connect().send(Requests.post("/hung", "x")));
            }
            Await.until("their bodies are here", () -> Uploads.metric(rig.proxy, "countersign_buffered_bytes") == 20);
            assertEquals(0, Uploads.metric(rig.proxy, "countersign_in_flight"));
            for (int i = 0; i < 20; i++) {
                assertEquals(
                        200, rig.proxy.exchange(Requests.post("/w", "body")).status());
            }
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void anEventStreamGivesItsPlaceBack() {
        Gate second = new Gate();
        try (Rig rig = new Rig("countersign.limits { connections = 200, in-flight = 1 }", NOTHING_GIVES_WAY);
                RawClient events = rig.proxy.connect()) {
            rig.upstream.script((request, connection) -> {
                if (request.head().target().endsWith("/events")) {
                    connection.send(
                            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
                    second.pass();
                    connection.send("3\r\ntwo\r\n0\r\n\r\n");
                } else {
                    connection.send(Script.ok("done"));
                }
            });
            assertEquals(200, events.send(Requests.get("/events")).readHead().status());
            for (int i = 0; i < 10; i++) {
                assertEquals(
                        200, rig.proxy.exchange(Requests.post("/w", "body")).status());
            }
            second.open();
            assertEquals("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n", events.readExactly(21));
            assertEquals(200, events.send(Requests.post("/w", "body")).read().status());
            Uploads.assertNothingIsHeld(rig.proxy);
        }
    }

    @Test
    void aQuarterAsManyEventStreamsAsPlacesAndTheNextIsAnsweredAtOnce() {
        Gate end = new Gate();
        List<RawClient> streams = new ArrayList<>();
        try (Rig rig = new Rig("countersign.limits { connections = 200, in-flight = 8 }", NOTHING_GIVES_WAY)) {
            rig.upstream.script((request, connection) -> {
                if (request.head().target().endsWith("/events")) {
                    connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
                    end.pass();
                    connection.send("0\r\n\r\n");
                } else {
                    connection.send(Script.ok("done"));
                }
            });
            for (int i = 0; i < 2; i++) {
                RawClient client = rig.proxy.connect();
                streams.add(client);
                assertEquals(
                        200, client.send(Requests.get("/events")).readHead().status());
            }
            for (int i = 0; i < 3; i++) {
                ProblemAssert.problem(503, rig.proxy.exchange(Requests.get("/events")))
                        .error("connection_limit_reached")
                        .retryAfter();
                assertEquals(
                        200, rig.proxy.exchange(Requests.post("/w", "body")).status());
            }
            end.open();
            streams.forEach(client -> assertEquals("3\r\none\r\n0\r\n\r\n", client.readExactly(13)));
            assertEquals(200, streams.get(0).send(Requests.get("/w")).read().status());
            RawClient again = rig.proxy.connect();
            streams.add(again);
            assertEquals(200, again.send(Requests.get("/events")).readHead().status());
        } finally {
            streams.forEach(RawClient::close);
        }
    }

    /** The first takes what there is for responses that last; the second stands still, in the place that a third waits for. */
    @Test
    void aResponseThatStandsStillIsCutWhenOthersWaitForItsPlace() {
        Gate never = new Gate();
        try (Rig rig = new Rig(
                        "countersign.limits { connections = 200, in-flight = 1 }",
                        TestProxy.main("timeouts.wait = 4s"));
                RawClient first = rig.proxy.connect();
                RawClient second = rig.proxy.connect()) {
            rig.upstream.script((request, connection) -> {
                if (request.head().target().endsWith("/events")) {
                    connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
                    never.pass();
                } else if (request.head().target().endsWith("/download")) {
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\none");
                    connection.awaitEnd();
                } else {
                    connection.send(Script.ok("done"));
                }
            });
            assertEquals(200, first.send(Requests.get("/events")).readHead().status());
            assertEquals(200, second.send(Requests.get("/download")).readHead().status());
            int status = 503;
            for (int i = 0; i < 5 && status == 503; i++) {
                status = rig.proxy.exchange(Requests.post("/w", "body")).status();
            }
            assertEquals(200, status);
            assertEquals("one", second.readToEnd().rest());
            never.open();
        }
    }

    @Test
    void aResponseThatLastsGivesItsPlaceBack() {
        Gate second = new Gate();
        try (Rig rig = new Rig(
                        "countersign.limits { connections = 200, in-flight = 1 }",
                        TestProxy.main("timeouts.wait = 10s"));
                RawClient download = rig.proxy.connect()) {
            rig.upstream.script((request, connection) -> {
                if (request.head().target().endsWith("/download")) {
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 200003\r\n\r\none");
                    second.pass();
                    connection.send("x".repeat(200_000));
                } else {
                    connection.send(Script.ok("done"));
                }
            });
            assertEquals(
                    200, download.send(Requests.get("/download")).readHead().status());
            assertEquals(200, rig.proxy.exchange(Requests.post("/w", "body")).status());
            second.open();
            assertEquals(200_003, download.readExactly(200_003).length());
            assertEquals(200, download.send(Requests.post("/w", "body")).read().status());
            Uploads.assertNothingIsHeld(rig.proxy);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStreamedUploadThatStallsOrTricklesGivesItsPlaceToAnother(boolean trickles) {
        AtomicBoolean over = new AtomicBoolean();
        try (Rig rig = Uploads.s3(
                        "countersign.limits { connections = 200, in-flight = 1 }",
                        TestProxy.main("timeouts { wait = 4s, body-idle = 20 minutes, request = 20 minutes }"));
                RawClient slow = rig.proxy.connect();
                RawClient other = rig.proxy.connect()) {
            rig.upstream.script(new Script() {
                @Override
                public boolean beforeBody(
                        io.countersign.proxy.testing.Head head,
                        io.countersign.proxy.testing.ScriptedConnection connection) {
                    if (head.target().endsWith("/slow")) {
                        connection.readToEnd();
                        return true;
                    }
                    return false;
                }

                @Override
                public void answer(
                        io.countersign.proxy.testing.ReceivedRequest request,
                        io.countersign.proxy.testing.ScriptedConnection connection) {
                    connection.send(Script.ok("done"));
                }
            });
            slow.send(UploadTest.put("/slow", MIB) + "x".repeat(100));
            Await.until("it has its place", () -> Uploads.metric(rig.proxy, "countersign_in_flight") == 1);
            if (trickles) {
                trickle(List.of(slow), over);
            }
            other.send(Requests.get("/other"));
            Response gone = slow.read();
            over.set(true);
            ProblemAssert.problem(503, gone)
                    .error("connection_limit_reached")
                    .retryAfter()
                    .closes();
            assertEquals(200, other.read().status());
        }
    }

    private static void hold(Rig rig, Gate answer) {
        hold(rig.upstream, answer);
    }

    private static void hold(FakeUpstream upstream, Gate answer) {
        upstream.script((request, connection) -> {
            if (request.head().target().endsWith("/held")) {
                answer.pass();
            }
            connection.send(Script.ok("done"));
        });
    }
}
