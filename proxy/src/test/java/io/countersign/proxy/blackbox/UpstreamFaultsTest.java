package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.Case;
import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.FileDescriptors;
import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.ScriptedConnection;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream that answers nonsense, too much or too little: the agent is told, and the next agent notices nothing. */
@WireTest
class UpstreamFaultsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String HINT = "HTTP/1.1 103 Early Hints\r\n\r\n";

    private long socketsBefore;
    private Rig rig;

    @BeforeAll
    void start() {
        // What the JVM opens once and keeps is not what this is about.
        try (Rig warmUp = new Rig()) {
            warmUp.forwards(Requests.get("/w"));
        }
        socketsBefore = FileDescriptors.sockets();
        rig = new Rig();
    }

    @AfterAll
    void stop() {
        rig.close();
        FileDescriptors.awaitAtMost(socketsBefore);
    }

    /** Whatever a fault left behind, the next request is answered as if nothing had been. */
    @AfterEach
    void nextRequestIsAnsweredAsItsOwn() {
        rig.upstream.script(Script.echo());
        assertEquals(
                "GET /stage/next ", rig.proxy.exchange(Requests.get("/next")).body());
    }

    static List<Case> absurdResponses() {
        return List.of(
                new Case(
                        "124 length and chunked",
                        OK + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                new Case("124b two lengths", OK + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"),
                new Case("124c two equal lengths", OK + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
                new Case("124d bare LF", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello"),
                new Case("124e NUL in a value", OK + "X-A: b\0c\r\nContent-Length: 5\r\n\r\nhello"),
                new Case("124f length +5", OK + "Content-Length: +5\r\n\r\nhello"),
                new Case("125 xchunked", OK + "Transfer-Encoding: xchunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
                new Case("125b identity, chunked", OK + "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n"),
                new Case("128 nine interim responses", HINT.repeat(9) + Script.ok("late")),
                new Case(
                        "129 unasked 101",
                        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"),
                new Case("130 status 20", "HTTP/1.1 20 OK\r\nContent-Length: 5\r\n\r\nhello"),
                new Case("130b status 999", "HTTP/1.1 999 Odd\r\nContent-Length: 5\r\n\r\nhello"),
                new Case("130c status 000", "HTTP/1.1 000 Odd\r\nContent-Length: 5\r\n\r\nhello"),
                new Case("fields over their limit", OK + "a:\r\n".repeat(257) + "\r\n"),
                new Case("fields over their limit, and no end", OK + "a:\r\n".repeat(257)),
                new Case(
                        "HTTP/1.0 with chunked",
                        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + "5\r\nhello\r\n0\r\n\r\n"),
                new Case("empty line before the status line", "\r\n" + Script.ok("hello")),
                new Case("NUL in the reason", "HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n"),
                new Case("tab in the version", "HTTP/1.\t 200 OK\r\nContent-Length: 0\r\n\r\n"),
                new Case("tab for a status", "HTTP/1.1 \t00 OK\r\nContent-Length: 0\r\n\r\n"),
                new Case("tab in a name", OK + "X\tA: b\r\nContent-Length: 0\r\n\r\n"),
                new Case("obs-text in a name", OK + "X\u00E9: b\r\nContent-Length: 0\r\n\r\n"),
                new Case("a status line alone", "HTTP/1.1 20\r\n"),
                new Case("133 head over its limit", OK + "X-A: " + "b".repeat(256 * 1024) + "\r\n\r\n"),
                new Case("space before the colon", OK + "Content-Length : 5\r\n\r\nhello"),
                new Case("another protocol", "SSH-2.0-OpenSSH_9.6\r\n\r\n"),
                new Case("another version", "HTTP/2.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
    }

    @ParameterizedTest
    @MethodSource("absurdResponses")
    void answers502ToAnAbsurdResponseAndHasAWriteTriedAgain(Case input) {
        rig.upstream.script(Script.always(input.bytes()));
        ProblemAssert.problem(502, rig.proxy.exchange(Requests.get("/w")))
                .errorAmong("http_protocol_error", "http_response_header_section_size", "http_upgrade_failed");
        ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/w", "body")))
                .errorAmong("http_protocol_error", "http_response_header_section_size", "http_upgrade_failed")
                .retryAfter();
    }

    /** What the decoder lets through, nothing behind it may stumble over. */
    @Test
    void relaysWhateverAFieldMayHold() {
        StringBuilder value = new StringBuilder("v\t ");
        for (char c = 0x20; c < 0x100; c++) {
            value.append(c == 0x7f ? "" : c);
        }
        String name = "X!#$%&'*+-.^_`|~09azAZ";
        rig.upstream.script(Script.always(OK + name + ": " + value + "\u00FF\r\n~:\r\nContent-Length: 5\r\n\r\nhello"));
        Response response = rig.proxy.exchange(Requests.get("/w"));
        assertEquals(200, response.status(), response::toString);
        assertEquals(value + "\u00FF", response.head().value(name.toLowerCase(Locale.ROOT)));
        assertEquals("hello", response.body());
    }

    @Test
    void relaysAsManyFieldsAsAnyServiceSends() {
        rig.upstream.script(Script.always(OK + "Content-Length: 5\r\n" + "a:\r\n".repeat(255) + "\r\nhello"));
        assertEquals(200, rig.proxy.exchange(Requests.get("/w")).status());
    }

    @Test
    void passesEightInterimResponses() {
        rig.upstream.script(Script.always(HINT.repeat(8) + Script.ok("late")));
        Response response = rig.proxy.exchange(Requests.get("/w"));
        assertEquals(200, response.status());
        assertEquals("late", response.body());
    }

    static List<Case> truncatedResponses() {
        return List.of(
                new Case("126 length", OK + "Content-Length: 9\r\n\r\nhello"),
                new Case("126b chunk", OK + "Transfer-Encoding: chunked\r\n\r\n9\r\nhello"),
                new Case("126c before the last chunk", OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
                new Case("126d within the trailers", OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"),
                new Case("126e malformed chunk", OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n"));
    }

    @ParameterizedTest
    @MethodSource("truncatedResponses")
    void showsATruncatedResponseAsTruncated(Case input) {
        for (boolean reset : new boolean[] {false, true}) {
            rig.upstream.script((request, connection) -> {
                connection.send(input.bytes());
                end(connection, reset);
            });
            assertTruncatedOrRefused(rig.proxy.exchange(Requests.get("/w")));
        }
    }

    /** Without chunks or a length, a reset is the only mark that is left. */
    @Test
    void showsATruncationToAnOldClientByReset() {
        rig.upstream.script((request, connection) -> {
            connection.send(OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            connection.close();
        });
        Response response = rig.proxy.exchange(Requests.head("GET /w HTTP/1.0"));
        assertTrue(response.status() == 502 || !response.complete(), response::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"})
    void hasAWriteTriedAgainOnAConnectionThatEndsBeforeTheHead(String part) {
        for (boolean reset : new boolean[] {false, true}) {
            int before = rig.upstream.requests().size();
            rig.upstream.script((request, connection) -> {
                connection.send(part);
                end(connection, reset);
            });
            ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/w", "body")))
                    .errorAmong("connection_terminated", "http_response_incomplete", "http_protocol_error")
                    .retryAfter();
            assertEquals(before + 1, rig.upstream.requests().size(), "a POST goes once");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", "HTTP", "\r\n", "\r\n\r\n", "\0"})
    void throwsAwayAConnectionWithBytesAfterTheResponse(String more) {
        rig.upstream.script(Script.always(Script.ok("own") + more));
        try (RawClient client = rig.proxy.connect()) {
            assertEquals("own", client.send(Requests.get("/w")).read().body());
            ReceivedRequest spoiled = last();
            rig.upstream.script(Script.echo());
            assertEquals(
                    "GET /stage/after ",
                    client.send(Requests.get("/after")).read().body());
            assertNotEquals(spoiled.connection(), last().connection());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", "HTTP/1.1 4", "\r\n", "\r", "\n", " ", "\0"})
    void closesAPooledConnectionThatSpeaksUnasked(String unasked) {
        Gate answered = new Gate();
        rig.upstream.script((request, connection) -> {
            connection.send(Script.ok("own"));
            answered.pass();
            connection.send(unasked);
            connection.awaitEnd();
        });
        assertEquals("own", rig.proxy.exchange(Requests.get("/w")).body());
        answered.open();
        rig.upstream.connections().get(last().connection() - 1).awaitEnded();
    }

    @Test
    void neverMakesAHostOfARedirectsPath() {
        rig.upstream.script(redirect(302, "/stage//evil.example/"));
        assertEquals(
                "/.//evil.example/",
                rig.proxy.exchange(Requests.get("//evil.example")).head().value("location"));
        rig.upstream.script(redirect(302, rig.upstream.url() + "/stage/\\evil.example/"));
        assertEquals(
                rig.upstream.url() + "/stage/\\evil.example/",
                rig.proxy.exchange(Requests.get("/w")).head().value("location"));
    }

    @Test
    void relaysARedirectOfAGetPointedBackAtUs() {
        String elsewhere = "https://elsewhere.example/y";
        rig.upstream.script(redirect(302, elsewhere));
        Response relayed = rig.proxy.exchange(Requests.get("/w"));
        assertEquals(302, relayed.status());
        assertEquals(elsewhere, relayed.head().value("location"));

        rig.upstream.script(redirect(307, rig.upstream.url() + "/stage/y?a=b"));
        Response pointed = rig.proxy.exchange(Requests.get("/w"));
        assertEquals(307, pointed.status());
        String location = pointed.head().value("location");
        assertTrue(location.equals("/y?a=b") || location.equals("http://127.0.0.1/y?a=b"), location);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void hasARedirectedWriteTriedAgain(int status) {
        int before = rig.upstream.requests().size();
        rig.upstream.script(redirect(status, rig.upstream.url() + "/stage/y"));
        ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/w", "body")))
                .received(status)
                .retryAfter();
        assertEquals(before + 1, rig.upstream.requests().size(), "never followed");
    }

    @Test
    void relaysTheRedirectThatAnswersAForm() {
        rig.upstream.script(redirect(303, rig.upstream.url() + "/stage/y"));
        Response response = rig.proxy.exchange(Requests.post("/w", "body"));
        assertEquals(303, response.status());
        assertTrue(response.head().value("location").endsWith("/y"), response::toString);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void relaysEveryRedirectWhereTheRouteRelays(int status) {
        try (Rig relaying = new Rig(TestProxy.main("on-failure = relay"))) {
            relaying.upstream.script(redirect(status, "https://elsewhere.example/y"));
            Response response = relaying.proxy.exchange(Requests.post("/w", "body"));
            assertEquals(status, response.status());
            assertEquals("https://elsewhere.example/y", response.head().value("location"));
        }
    }

    @Test
    void relaysBodilessResponsesWithoutABody() {
        try (RawClient client = rig.proxy.connect()) {
            rig.upstream.script(Script.always(OK + "Content-Length: 5\r\n\r\n"));
            Response head = client.send(Requests.head("HEAD /w HTTP/1.1")).read("HEAD");
            assertEquals("5", head.head().value("content-length"));
            for (String status : List.of("204 No Content", "304 Not Modified")) {
                rig.upstream.script(Script.always("HTTP/1.1 " + status + "\r\nContent-Length: 5\r\n\r\n"));
                Response response = client.send(Requests.get("/w")).read();
                assertEquals(Integer.parseInt(status.substring(0, 3)), response.status());
            }
            rig.upstream.script(Script.echo());
            assertEquals(
                    "GET /stage/after ",
                    client.send(Requests.get("/after")).read().body());
        }
    }

    @Test
    void takesACloseDelimitedResponse() {
        rig.upstream.script((request, connection) -> {
            connection.send(OK + "\r\nhello");
            connection.close();
        });
        Response response = rig.proxy.exchange(Requests.get("/w"));
        assertEquals("hello", response.body());
        assertTrue(response.complete());
    }

    /** RFC 9112 section 9.8: over TLS an end without close_notify may be an attacker's. */
    @Test
    void believesTheEndOfACloseDelimitedResponseOverTlsByCloseNotifyAlone() {
        try (Rig tls = new Rig(FakeUpstream.https())) {
            tls.upstream.script((request, connection) -> {
                connection.send(OK + "\r\nhello");
                connection.close();
            });
            Response whole = tls.proxy.exchange(Requests.get("/w"));
            assertEquals("hello", whole.body());
            assertTrue(whole.complete());

            tls.upstream.script((request, connection) -> {
                connection.send(OK + "\r\nhello");
                connection.closeWithoutNotify();
            });
            assertTruncatedOrRefused(tls.proxy.exchange(Requests.get("/w")));
        }
    }

    private static void end(ScriptedConnection connection, boolean reset) {
        if (reset) {
            connection.reset();
        } else {
            connection.close();
        }
    }

    /** A fault that shows before the head has been relayed may still be told by a status. */
    private static void assertTruncatedOrRefused(Response response) {
        if (response.status() == 502) {
            ProblemAssert.problem(502, response);
        } else {
            assertEquals(200, response.status());
            assertFalse(response.complete(), () -> "not marked as cut: " + response);
            assertTrue("hello".startsWith(response.body()), response.body());
        }
    }

    private ReceivedRequest last() {
        List<ReceivedRequest> all = rig.upstream.requests();
        return all.get(all.size() - 1);
    }

    private static Script redirect(int status, String location) {
        return Script.always(
                "HTTP/1.1 " + status + " Elsewhere\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n");
    }
}
