package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.SilentServer;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WebSockets;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two upstreams on one route, over real sockets: the first dies, hangs, fails and comes back. */
@WireTest
class FailoverTest {
    private static final String UNAVAILABLE = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\ndown";
    private static final String WEST =
            "countersign.credentials.west { access-key-id = AKIDWEST, secret-access-key = s }";

    private FakeUpstream east;
    private FakeUpstream west;

    @BeforeEach
    void open() {
        east = FakeUpstream.http();
        west = FakeUpstream.http();
    }

    @AfterEach
    void close() {
        east.close();
        west.close();
        assertEquals(List.of(), east.faults());
        assertEquals(List.of(), west.faults());
    }

    /** @param main settings of the route, and whatever follows them */
    private TestProxy proxyTo(String eastUrl, String... main) {
        return TestProxy.startTo(
                eastUrl,
                WEST,
                TestProxy.main("on-failure = relay"),
                TestProxy.main("upstream = [ \"" + eastUrl + "/east\", { url = \"" + west.url()
                        + "/west\", region = eu-west-1, credentials = west } ]"),
                String.join("\n", main));
    }

    private TestProxy proxy(String... main) {
        return proxyTo(east.url(), main);
    }

    private static String refusing() {
        return "http://127.0.0.1:" + SilentServer.unusedPort();
    }

    private static String failover(int failures, String coolDown) {
        return TestProxy.main("failover { failures = " + failures + ", cool-down = " + coolDown + " }");
    }

    private static String scope(ReceivedRequest request) {
        String authorization = request.head().value("authorization");
        int from = authorization.indexOf("Credential=") + "Credential=".length();
        return authorization.substring(from, authorization.indexOf(',')).replaceAll("/\\d{8}/", " ");
    }

    @Test
    void theFirstIsPreferred() {
        try (TestProxy proxy = proxy()) {
            Response response = proxy.exchange(Requests.post("/w", "body"));
            assertEquals("POST /east/w body", response.body());
            assertEquals(
                    "countersign; next-hop=\"127.0.0.1:" + east.port() + "\"",
                    response.head().value("proxy-status"));
            assertEquals("AKIDEXAMPLE us-east-1/execute-api/aws4_request", scope(east.request()));
            assertEquals(List.of(), west.requests());
        }
    }

    @Test
    void aWriteThatCouldNotBeSentGoesToTheSecondSignedForIt() {
        try (TestProxy proxy = proxyTo(refusing())) {
            Response response = proxy.exchange(Requests.post("/w", "body"));
            assertEquals("POST /west/w body", response.body());
            assertEquals("AKIDWEST eu-west-1/execute-api/aws4_request", scope(west.request()));
            assertEquals("127.0.0.1:" + west.port(), west.request().head().value("host"));
            assertEquals(
                    "countersign; next-hop=\"127.0.0.1:" + west.port() + "\"",
                    response.head().value("proxy-status"));
        }
    }

    @Test
    void aBodyThatStreamsAndHasNotBegunGoesToTheSecond() throws Exception {
        String hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest("body".getBytes(StandardCharsets.US_ASCII)));
        try (TestProxy proxy = proxyTo(refusing())) {
            assertEquals(
                    "POST /west/w body",
                    proxy.exchange(Requests.post("/w", "body", "x-amz-content-sha256: " + hash))
                            .body());
        }
    }

    @Test
    void aBodyThatHasBegunToStreamGoesNowhereElse() throws Exception {
        String hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest("body".getBytes(StandardCharsets.US_ASCII)));
        east.script(unavailable());
        try (TestProxy proxy = proxy(TestProxy.main("replay-safe = true"))) {
            assertEquals(
                    503,
                    proxy.exchange(Requests.post("/w", "body", "x-amz-content-sha256: " + hash))
                            .status());
            assertEquals(List.of(), west.requests());
        }
    }

    private static Script unavailable() {
        return (request, connection) -> connection.send(UNAVAILABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH"})
    void aWriteThatMayHaveRunIsNotSentTwice(String method) {
        east.script(unavailable());
        try (TestProxy proxy = proxy()) {
            Response response = proxy.exchange(Requests.head(method + " /w HTTP/1.1", "Content-Length: 4") + "body");
            assertEquals(503, response.status());
            assertEquals(1, east.requests().size());
            assertEquals(List.of(), west.requests());
        }
    }

    @Test
    void aReadGoesToTheSecondAfterAFailure() {
        east.script(unavailable());
        try (TestProxy proxy = proxy()) {
            assertEquals("GET /west/w ", proxy.exchange(Requests.get("/w")).body());
            assertEquals(1, east.requests().size());
        }
    }

    @Test
    void aWriteGoesToTheSecondAfterAFailureWhereReplayIsSafe() {
        east.script(unavailable());
        try (TestProxy proxy = proxy(TestProxy.main("replay-safe = true"))) {
            assertEquals(
                    "POST /west/w body",
                    proxy.exchange(Requests.post("/w", "body")).body());
        }
    }

    @Test
    void anotherStatusIsTheAnswer() {
        east.script((request, connection) -> connection.send(UNAVAILABLE.replace("503", "500")));
        try (TestProxy proxy = proxy(failover(1, "1 h"))) {
            assertEquals(500, proxy.exchange(Requests.get("/w")).status());
            assertEquals(500, proxy.exchange(Requests.get("/w")).status());
            assertEquals(List.of(), west.requests());
        }
    }

    @Test
    void aConnectionThatBreaksMovesAReadAndNotAWrite() {
        east.script((request, connection) -> connection.close());
        try (TestProxy proxy = proxy()) {
            assertEquals(502, proxy.exchange(Requests.post("/w", "body")).status());
            assertEquals(List.of(), west.requests());
            assertEquals("GET /west/w ", proxy.exchange(Requests.get("/w")).body());
            assertEquals(2, east.requests().size());
        }
    }

    @Test
    void afterFailuresInARowItIsLeftOutUntilOneRequestFindsItBack() {
        east.script(unavailable());
        try (TestProxy proxy = proxy(failover(2, "300 ms"))) {
            assertEquals(503, proxy.exchange(Requests.post("/w", "1")).status());
            assertEquals(503, proxy.exchange(Requests.post("/w", "2")).status());
            Await.until(
                    "it is left out",
                    () -> proxy.exchange(Requests.post("/w", "3")).body().equals("POST /west/w 3"));
            int before = east.requests().size();
            // The trials of a failing one are requests like any others, one after each cool-down.
            Await.until("a trial", () -> {
                proxy.exchange(Requests.post("/w", "t"));
                return east.requests().size() > before;
            });
            east.script(Script.echo());
            Await.until(
                    "its return",
                    () -> proxy.exchange(Requests.post("/w", "r")).body().equals("POST /east/w r"));
            int known = west.requests().size();
            for (int i = 0; i < 5; i++) {
                assertEquals(
                        "POST /east/w e",
                        proxy.exchange(Requests.post("/w", "e")).body());
            }
            assertEquals(known, west.requests().size());
        }
    }

    @Test
    void whenAllAreLeftOutTheAnswerSaysWhenToTryAgain() {
        west.script(unavailable());
        try (TestProxy proxy = proxyTo(refusing(), failover(1, "1 h"))) {
            assertEquals(503, proxy.exchange(Requests.post("/w", "body")).status());
            Response second = proxy.exchange(Requests.post("/w", "body"));
            ProblemAssert.problem(503, second).error("destination_unavailable");
            assertEquals("30", second.head().value("retry-after"));
            assertEquals(1, west.requests().size());
        }
    }

    @Test
    void theLastFaultIsTheAnswerWhenNoneIsReached() {
        try (TestProxy proxy = TestProxy.startTo(
                refusing(), TestProxy.main("upstream = [\"" + refusing() + "\", \"" + refusing() + "\"]"))) {
            ProblemAssert.problem(503, proxy.exchange(Requests.post("/w", "body")))
                    .error("connection_refused");
        }
    }

    @Test
    void oneThatNeverRespondsCountsAsFailed() {
        Gate never = new Gate();
        east.script((request, connection) -> never.pass());
        try (TestProxy proxy = proxy(TestProxy.main("timeouts { request = 3 s, connect = 2 s }"), failover(1, "1 h"))) {
            ProblemAssert.problem(504, proxy.exchange(Requests.post("/w", "1"))).error("http_response_timeout");
            assertEquals(
                    "POST /west/w 2", proxy.exchange(Requests.post("/w", "2")).body());
            assertEquals(1, east.requests().size());
            never.open();
        }
    }

    @Test
    void oneThatCannotBeConnectedIsLeftAfterOneConnectTime() {
        Gate never = new Gate();
        try (FakeUpstream dark = FakeUpstream.https().beforeHandshake(connection -> never.pass());
                TestProxy proxy = proxyTo(
                        dark.url(),
                        TestProxy.main("tls.verify = false"),
                        TestProxy.main("timeouts { request = 12 s, connect = 300 ms }"))) {
            assertEquals(
                    "POST /west/w body",
                    proxy.exchange(Requests.post("/w", "body")).body());
            assertEquals(0, dark.requests().size());
            never.open();
        }
    }

    @Test
    void oneWithoutCredentialsIsPassedOver() {
        try (TestProxy proxy = proxy(
                TestProxy.main("credentials = missing"),
                "countersign.credentials.missing { type = profile, profile = no-such-profile }")) {
            assertEquals(
                    "POST /west/w body",
                    proxy.exchange(Requests.post("/w", "body")).body());
        }
    }

    @Test
    void allEventLoopsLeaveOutWhatOneHasFoundFailed() throws Exception {
        east.script(unavailable());
        try (TestProxy proxy = proxy(failover(1, "1 h"), "countersign.limits.event-loops = 4")) {
            assertEquals(503, proxy.exchange(Requests.post("/w", "body")).status());
            List<RawClient> clients = new ArrayList<>();
            IntStream.range(0, 16).forEach(i -> clients.add(proxy.connect().send(Requests.post("/w", "n" + i))));
            for (int i = 0; i < clients.size(); i++) {
                assertEquals("POST /west/w n" + i, clients.get(i).read().body());
                clients.get(i).close();
            }
            assertEquals(1, east.requests().size());
        }
    }

    /** What an upstream answers an upgrade with counts like any other response: its 101, and one that is none. */
    @Test
    void aWebSocketGoesToTheOneThatOpensIt() {
        east.script(
                Script.always("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"));
        west.script(WebSockets.echo());
        try (TestProxy proxy = proxy(failover(1, "100 ms"), TestProxy.main("websocket = true"))) {
            ProblemAssert.problem(502, proxy.exchange(WebSockets.handshake("/chat")))
                    .error("http_upgrade_failed");
            Await.until("the second opens one", () -> opened(proxy).equals("/west/chat"));
            east.script(WebSockets.echo());
            Await.until("its return", () -> opened(proxy).equals("/east/chat"));
            for (int i = 0; i < 5; i++) {
                assertEquals("/east/chat", opened(proxy));
            }
        }
    }

    /** Asks for a WebSocket, and returns the target for which an upstream has opened it; empty where none has. */
    private String opened(TestProxy proxy) {
        int before = west.requests().size();
        try (RawClient client = proxy.connect().send(WebSockets.handshake("/chat"))) {
            if (client.readHead().status() != 101) {
                return "";
            }
        }
        List<ReceivedRequest> all = west.requests().size() > before ? west.requests() : east.requests();
        return all.get(all.size() - 1).head().target();
    }

    /** The client of the one request that tries it goes away: the next request tries it, and not one after another cool-down. */
    @Test
    void aTrialWhoseClientLeavesDoesNotKeepOthersFromTrying() {
        east.script(unavailable());
        Gate never = new Gate();
        try (TestProxy proxy = proxy(failover(1, "100 ms"))) {
            assertEquals(503, proxy.exchange(Requests.post("/w", "body")).status());
            east.script((request, connection) -> never.pass());
            try (RawClient leaving = trial(proxy)) {
                leaving.reset();
            }
            east.script(Script.echo());
            Await.until(
                    "its return",
                    () -> proxy.exchange(Requests.post("/w", "r")).body().equals("POST /east/w r"));
            never.open();
        }
    }

    /** A client whose request has reached the first upstream, which does not respond. */
    private RawClient trial(TestProxy proxy) {
        while (true) {
            int before = east.requests().size();
            int elsewhere = west.requests().size();
            RawClient client = proxy.connect().send(Requests.get("/w"));
            Await.until(
                    "either upstream",
                    () -> east.requests().size() > before || west.requests().size() > elsewhere);
            if (east.requests().size() > before) {
                return client;
            }
            assertEquals("GET /west/w ", client.read().body());
            client.close();
        }
    }
}
