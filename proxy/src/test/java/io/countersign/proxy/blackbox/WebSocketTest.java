package io.countersign.proxy.blackbox;

import static io.countersign.proxy.testing.WebSockets.CLOSE;
import static io.countersign.proxy.testing.WebSockets.TEXT;
import static io.countersign.proxy.testing.WebSockets.accepting;
import static io.countersign.proxy.testing.WebSockets.code;
import static io.countersign.proxy.testing.WebSockets.fromClient;
import static io.countersign.proxy.testing.WebSockets.fromServer;
import static io.countersign.proxy.testing.WebSockets.handshake;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Head;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.Signatures;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WebSockets;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A WebSocket through the proxy, byte by byte. */
@WireTest
class WebSocketTest {
    private static final String ON = TestProxy.main("websocket = true");

    private FakeUpstream upstream;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.http().script(WebSockets.echo());
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    private Rig rig(String... settings) {
        return new Rig(upstream, ON, String.join("\n", settings));
    }

    /** A client whose handshake was accepted. */
    private static RawClient open(TestProxy proxy, String... fields) {
        RawClient client = proxy.connect().send(handshake("/chat?a=b", fields));
        assertEquals(101, client.readHead().status());
        return client;
    }

    private static String text(String payload) {
        return fromClient(TEXT, payload);
    }

    @Test
    void signsTheUpgradeAndPassesTheAnswerOn() {
        upstream.script((request, connection) -> connection.send(accepting(
                request.head(),
                "Content-Length: 5",
                "Sec-WebSocket-Protocol: graphql",
                "Sec-WebSocket-Extensions: permessage-deflate")));
        try (Rig rig = rig();
                RawClient client = rig.proxy
                        .connect()
                        .send(handshake("/chat?a=b", "Sec-WebSocket-Protocol: mqtt, graphql", "X-Mine: 1"))) {
            Head answer = client.readHead();
            assertEquals(101, answer.status());
            assertEquals("websocket", answer.value("upgrade"));
            assertEquals("upgrade", answer.value("connection"));
            assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", answer.value("sec-websocket-accept"));
            assertEquals("graphql", answer.value("sec-websocket-protocol"));
            assertEquals("permessage-deflate", answer.value("sec-websocket-extensions"));
            assertFalse(answer.has("keep-alive") || answer.has("content-length") || answer.has("transfer-encoding"));
            ReceivedRequest sent = upstream.request();
            Signatures.verify(sent);
            assertEquals(
                    "GET " + TestProxy.STAGE + "/chat?a=b HTTP/1.1", sent.head().startLine());
            assertEquals("Upgrade", sent.head().value("connection"));
            assertEquals("websocket", sent.head().value("upgrade"));
            assertEquals("mqtt, graphql", sent.head().value("sec-websocket-protocol"));
            assertEquals("13", sent.head().value("sec-websocket-version"));
            assertEquals("1", sent.head().value("x-mine"));
        }
    }

    @Test
    void signsInTheQueryWhereTheRouteSaysSo() {
        try (Rig rig = rig(TestProxy.main("signature-in = query"));
                RawClient client = open(rig.proxy)) {
            client.send(text("hello"));
            assertEquals(fromServer(TEXT, "hello"), client.readExactly(7));
            Head sent = upstream.request().head();
            assertFalse(sent.has("authorization"));
            assertTrue(sent.target().contains("X-Amz-Signature="), sent.target());
        }
    }

    /** The escaped form, in which API Gateway's manual has it signed, goes out as it came; the oracle signs it twice encoded. */
    @Test
    void postsToAConnectionByItsEscapedPath() {
        try (Rig rig = rig()) {
            ReceivedRequest sent = rig.forwards(Requests.post("/%40connections/L0SM9cOFvHcCIhw%3D", "hi"));
            assertEquals(
                    "POST " + TestProxy.STAGE + "/%40connections/L0SM9cOFvHcCIhw%3D HTTP/1.1",
                    sent.head().startLine());
            assertEquals("hi", sent.body());
        }
    }

    @Test
    void passesFragmentsAndMalformedBytesUnchangedBothWays() throws Exception {
        String fragments = "\u0001\u0083\u0001\u0002\u0003\u0004abc" + "\u0080\u0080\u0001\u0002\u0003\u0004";
        String malformed = "\u00ff\u0000\u00f3\u0001garbage" + "\u0000".repeat(300);
        String answer = "\u0001\u0002he\u0089\u0000\u0080\u0003llo" + "\u007f\u007f\u0000";
        CompletableFuture<String> got = new CompletableFuture<>();
        upstream.script((request, connection) -> {
            connection.send(accepting(request.head()));
            got.complete(connection.readExactly(fragments.length() + malformed.length()));
            connection.send(answer);
            connection.awaitEnd();
        });
        try (Rig rig = rig();
                RawClient client = open(rig.proxy)) {
            for (int i = 0; i < fragments.length(); i++) {
                client.send(fragments.substring(i, i + 1));
            }
            client.send(malformed);
            assertEquals(fragments + malformed, got.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS));
            assertEquals(answer, client.readExactly(answer.length()));
        }
    }

    /** They may come in one read with the heads. */
    @Test
    void losesNothingThatComesRightBehindTheHeads() {
        upstream.script((request, connection) -> {
            connection.send(accepting(request.head()) + fromServer(TEXT, "early"));
            connection.send(fromServer(TEXT, connection.readExactly(11)));
            connection.awaitEnd();
        });
        try (Rig rig = rig();
                RawClient client = rig.proxy.connect().send(handshake("/chat") + text("hello"))) {
            assertEquals(101, client.readHead().status());
            assertEquals(fromServer(TEXT, "early"), client.readExactly(7));
            assertEquals(fromServer(TEXT, text("hello")), client.readExactly(13));
        }
    }

    @Test
    void passesCloseFramesAndEndsWithTheConnections() {
        try (Rig rig = rig();
                RawClient client = open(rig.proxy)) {
            client.send(fromClient(CLOSE, code(4001) + "bye"));
            RawClient.End end = client.readToEnd();
            assertEquals(fromServer(CLOSE, code(4001) + "bye"), end.rest());
            assertFalse(end.reset());
        }
    }

    @Test
    void passesOnWhatFollowsAHalfClose() {
        upstream.script((request, connection) -> {
            connection.send(accepting(request.head()));
            String all = connection.readToEnd();
            connection.send(fromServer(TEXT, all));
            connection.close();
        });
        try (Rig rig = rig();
                RawClient client = open(rig.proxy)) {
            client.send(text("last")).halfClose();
            assertEquals(fromServer(TEXT, text("last")), client.readToEnd().rest());
        }
    }

    @Test
    void goesOverTls() {
        try (FakeUpstream tls = FakeUpstream.https().script(WebSockets.echo());
                Rig rig = new Rig(tls, ON);
                RawClient client = open(rig.proxy)) {
            client.send(text("hello"));
            assertEquals(fromServer(TEXT, "hello"), client.readExactly(7));
            client.send(fromClient(CLOSE, code(1000)));
            assertEquals(fromServer(CLOSE, code(1000)), client.readToEnd().rest());
        }
    }

    @Test
    void hasAConnectionOfItsOwnThatNobodyGetsAfterwards() {
        upstream.script((request, connection) -> {
            if (request.head().has("upgrade")) {
                connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno");
            } else {
                Script.echo().answer(request, connection);
            }
        });
        try (Rig rig = rig()) {
            assertEquals(200, rig.proxy.exchange(Requests.get("/a")).status());
            assertEquals(400, rig.proxy.exchange(handshake("/chat")).status());
            assertEquals(200, rig.proxy.exchange(Requests.get("/b")).status());
            List<ReceivedRequest> all = upstream.requests();
            assertEquals(1, all.get(0).connection());
            assertEquals(2, all.get(1).connection());
            assertEquals(1, all.get(2).connection());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sec-WebSocket-Accept: c3VyZWx5IG5vdCB0aGlzIGhhc2g=", "X-None: 1"})
    void answers502WhereTheAcceptIsNotTheKeys(String field) {
        upstream.script((request, connection) -> {
            connection.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" + field
                    + "\r\n\r\n");
            connection.awaitEnd();
        });
        try (Rig rig = rig()) {
            ProblemAssert.problem(502, rig.proxy.exchange(handshake("/chat")))
                    .error("http_upgrade_failed")
                    .details("Sec-WebSocket-Accept");
            upstream.connections().get(0).awaitEnded();
        }
    }

    @Test
    void answers502WhereTheUpstreamSwitchesToSomethingElse() {
        upstream.script(
                Script.always("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"));
        try (Rig rig = rig()) {
            ProblemAssert.problem(502, rig.proxy.exchange(handshake("/chat"))).error("http_upgrade_failed");
        }
    }

    /** A 1xx is none of HTTP/1.0 (RFC 9110 section 15.2). */
    @Test
    void answers502WhereTheUpstreamSwitchesByHttp10() {
        upstream.script((request, connection) -> {
            connection.send(accepting(request.head()).replaceFirst("HTTP/1.1", "HTTP/1.0"));
            connection.awaitEnd();
        });
        try (Rig rig = rig()) {
            ProblemAssert.problem(502, rig.proxy.exchange(handshake("/chat")))
                    .error("http_upgrade_failed")
                    .details("HTTP/1.0");
        }
    }

    @Test
    void passesOnAnyOtherAnswer() {
        upstream.script(Script.always(
                "HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\nContent-Length: 3\r\n\r\nold"));
        try (Rig rig = rig();
                RawClient client = rig.proxy.connect()) {
            Response response = client.send(handshake("/chat")).read();
            assertEquals("426 old", response.status() + " " + response.body());
            // The connection is one of HTTP still.
            assertEquals(426, client.send(Requests.get("/other")).read().status());
        }
    }

    @Test
    void treatsARejectionAsOfAnyRequest() {
        upstream.script(Script.always("HTTP/1.1 403 Forbidden\r\nx-amzn-ErrorType: InvalidSignatureException\r\n"
                + "Content-Length: 29\r\n\r\n{\"message\":\"Signature wrong\"}"));
        try (Rig rig = rig()) {
            Response response = rig.proxy.exchange(handshake("/chat"));
            assertEquals(403, response.status());
            // Completed for the AWS SDKs, as it is for any request.
            assertTrue(response.body().startsWith("{\"__type\":\"InvalidSignatureException\","), response::toString);
        }
    }

    @Test
    void tells501WhereTheRouteCarriesNone() {
        try (Rig rig = new Rig(upstream)) {
            ProblemAssert.problem(501, rig.proxy.exchange(handshake("/chat")))
                    .details("set routes.main.websocket = true");
            assertTrue(upstream.requests().isEmpty());
        }
    }

    /** Its host is dialled as 127.0.0.1, and nothing is sent to it. */
    @Test
    void refusesAppSyncByName() {
        String route = TestProxy.route(
                "graph",
                "https://abcdefghijklmnopqrstuvwxyz.appsync-api.eu-west-1.amazonaws.com",
                "match.path-prefix = /graphql");
        try (Rig rig = rig(route)) {
            ProblemAssert.problem(501, rig.proxy.exchange(handshake("/graphql")))
                    .details("AppSync");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1|Connection: Upgrade|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "GET / HTTP/1.1|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "GET / HTTP/1.1|Connection: Upgrade",
                "GET / HTTP/1.1|Connection: Upgrade|Sec-WebSocket-Key: dGhlIHNhbXBsZQ==",
                "GET / HTTP/1.1|Connection: Upgrade|Sec-WebSocket-Key: ***",
                "GET / HTTP/1.1|Connection: Upgrade, Sec-WebSocket-Key|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "GET / HTTP/1.1|Connection: Upgrade|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "GET / HTTP/1.1|Connection: Upgrade|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Transfer-Encoding: chunked"
            })
    void refusesAHandshakeThatIsNone(String lines) {
        try (Rig rig = rig()) {
            String[] parts = lines.split("\\|", 2);
            String request = Requests.head(parts[0], "Upgrade: websocket", parts[1].replace("|", "\r\n"));
            rig.refuses(400, request).error("http_request_error").closes();
        }
    }

    @Test
    void refusesADeniedCallerAndAForeignPage() {
        try (Rig rig = rig("countersign.access.deny = [\"127.0.0.9\"]")) {
            try (RawClient denied = RawClient.connectFrom("127.0.0.9", rig.proxy.address())) {
                assertEquals(403, denied.send(handshake("/chat")).read().status());
            }
            assertEquals(
                    403,
                    rig.proxy
                            .exchange(handshake("/chat", "Origin: https://evil.example"))
                            .status());
            assertTrue(upstream.requests().isEmpty());
        }
    }

    @Test
    void letsAPageInThatTheRouteLists() {
        try (Rig rig = rig(TestProxy.main("cors = [\"https://good.example\"]"));
                RawClient client = open(rig.proxy, "Origin: https://good.example")) {
            client.send(text("hello"));
            assertEquals(fromServer(TEXT, "hello"), client.readExactly(7));
        }
    }

    /** A reader that takes nothing stops the upstream, and with it what lies in between. */
    @Test
    void readsNoFasterThanTheSlowerSide() {
        byte[] piece = new byte[64 * 1024];
        upstream.script((request, connection) -> {
            connection.send(accepting(request.head()));
            try {
                for (int i = 0; i < 1024; i++) {
                    connection.send(piece);
                }
            } catch (UncheckedIOException e) {
                // The client has gone, which is how this ends.
            }
        });
        try (Rig rig = rig();
                RawClient client =
                        RawClient.connect(rig.proxy.address(), 16 * 1024).send(handshake("/chat"))) {
            assertEquals(101, client.readHead().status());
            long before = Await.steady(
                    "what the upstream got rid of",
                    () -> upstream.connections().get(0).written(),
                    8 << 20);
            assertTrue(before < 8 << 20, "taken from the upstream: " + before);
            // All that it got rid of: kernels wait until a third of a buffer is free.
            client.readExactly((int) before);
            Await.until("it goes on", () -> upstream.connections().get(0).written() > before);
        }
    }

    @Test
    void closesWhatIsIdleWith1001() {
        try (Rig rig = rig(TestProxy.main("timeouts.websocket-idle = 300ms"));
                RawClient client = open(rig.proxy)) {
            WebSockets.Frame frame = WebSockets.read(client::readExactly);
            assertEquals(CLOSE, frame.opcode());
            assertEquals(1001, frame.code());
            client.send(fromClient(CLOSE, code(1001)));
            assertEquals("", client.readToEnd().rest());
        }
    }

    /** The connection is to end with its client, whatever the upstream thinks of it. */
    @Test
    void letsGoOfTheUpstreamWhenTheClientBreaks() {
        try (Rig rig = rig();
                RawClient client = open(rig.proxy)) {
            client.reset();
            upstream.connections().get(0).awaitEnded();
        }
    }

    @Test
    void countsEachAsTwoResponsesThatLast() {
        try (Rig rig = rig("countersign.limits { in-flight = 8 }");
                RawClient first = open(rig.proxy)) {
            ProblemAssert.problem(503, rig.proxy.exchange(handshake("/chat"))).error("connection_limit_reached");
            // The upstream, which may count or bill what it opens, hears nothing of one that the client can't have.
            assertEquals(1, upstream.requests().size());
            first.send(fromClient(CLOSE, code(1000)));
            first.readToEnd();
            Await.until("the place is free", () -> {
                try (RawClient next = rig.proxy.connect().send(handshake("/chat"))) {
                    return next.readHead().status() == 101;
                }
            });
        }
    }
}
