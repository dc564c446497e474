package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.Case;
import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.TestProxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes behind a request before that one is answered, and what comes behind a request that is refused. */
@BlackBox("countersign.limits { max-header-bytes = 16 KiB, max-headers = 100 }")
class EarlyRequestTest {
    private static final String SMUGGLED = Requests.post("/smuggled", "abc");

    /** The secret is there to be found in the log, should the target get there. */
    static List<Case> refusedHeads() {
        String secret = "/w?key=" + TestProxy.SECRET;
        return List.of(
                line("tab in the target", "POST /a\tb HTTP/1.1"),
                line("tab in the query", "POST " + secret + "\t HTTP/1.1"),
                line("tab alone", "POST \t HTTP/1.1"),
                line("tab in the method", "PO\tST /w HTTP/1.1"),
                line("tab before the method", "\tPOST /w HTTP/1.1"),
                line("tab in the version", "POST /w HTTP/\t1.1"),
                line("tab behind the version", "POST /w HTTP/1.1\t"),
                line("VT in the target", "POST /w\013 HTTP/1.1"),
                line("FF in the target", "POST /w\f HTTP/1.1"),
                line("NUL in the query", "POST " + secret + "\0 HTTP/1.1"),
                line("DEL in the query", "POST " + secret + "\177 HTTP/1.1"),
                line("ESC in the target", "POST /w\033[2J HTTP/1.1"),
                line("0x85 in the target", "POST /w\u0085 HTTP/1.1"),
                line("0xA0 in the target", "POST /w\u00A0 HTTP/1.1"),
                line("brackets for a method", "[] /w HTTP/1.1"),
                line("0xE9 in the method", "P\u00E9ST /w HTTP/1.1"),
                line("no target", "POST HTTP/1.1"),
                line("no version", "POST /w"),
                line("another protocol", "SSH-2.0-OpenSSH_9.6"),
                line("version of letters", "POST /w HTTP/a.b"),
                line("nine empty lines", "\r\n".repeat(9) + "POST /w HTTP/1.1"),
                line("a CR alone", "\rPOST /w HTTP/1.1"),
                line("negative version", "POST /w HTTP/-1.1"));
    }

    @ParameterizedTest
    @MethodSource("refusedHeads")
    void isNeverReadBehindAHeadThatIsRefused(Case input, Rig rig) {
        rig.refusesAndCloses(input.bytes());
    }

    @ParameterizedTest
    @MethodSource("refusedHeads")
    void takesNothingFromTheAnswerBeforeIt(Case input, Rig rig) {
        try (RawClient client = rig.proxy.connect()) {
            client.send(Requests.post("/write", "hello") + input.bytes());
            assertEquals("POST /stage/write hello", client.read().body());
            ProblemAssert.problem(400, client.read()).closes();
            assertEquals("", client.readToEnd().rest());
        }
        assertEquals(1, rig.upstream.requests().size());
    }

    /** Not even a field of it is read before its turn, when it is refused for their number. */
    @Test
    void isHeldAsItCame(Rig rig) {
        Gate answer = new Gate();
        rig.upstream.script((request, connection) -> {
            answer.pass();
            connection.send(Script.ok("slow"));
        });
        try (RawClient client = rig.proxy.connect()) {
            client.send(Requests.get("/slow"));
            rig.upstream.awaitRequests(1);
            client.send("GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n" + "a:\r\n".repeat(2033) + "\r\n");
            answer.open();
            assertEquals("slow", client.read().body());
            ProblemAssert.problem(431, client.read()).details("100 fields").closes();
        }
        assertEquals(1, rig.upstream.requests().size());
    }

    @Test
    void isAnsweredThoughItsSenderHasSaidAll(Rig rig) {
        try (RawClient client = rig.proxy.connect()) {
            client.send(Requests.get("/1") + Requests.post("/2", "body") + Requests.get("/3"))
                    .halfClose();
            assertEquals("GET /stage/1 ", client.read().body());
            assertEquals("POST /stage/2 body", client.read().body());
            assertEquals("GET /stage/3 ", client.read().body());
            assertEquals("", client.readToEnd().rest());
        }
    }

    @Test
    void endsTheConnectionWhenItIsNotWhole(Rig rig) {
        try (RawClient client = rig.proxy.connect()) {
            client.send(Requests.get("/1") + "GET /2 HTTP/1.1\r\nHo").halfClose();
            assertEquals("GET /stage/1 ", client.read().body());
            assertEquals("", client.readToEnd().rest());
        }
        assertEquals(1, rig.upstream.requests().size());
    }

    @Test
    void isTakenInAnyNumber(Rig rig) {
        try (RawClient client = rig.proxy.connect()) {
            client.send(Requests.head("OPTIONS /w HTTP/1.1", "Origin: null").repeat(5_000));
            for (int i = 0; i < 5_000; i++) {
                assertEquals(403, client.read().status());
            }
            assertTrue(client.send(Requests.get("/after")).read().body().contains("/after"));
        }
    }

    private static Case line(String name, String line) {
        return new Case(
                name, line + "\r\nHost: 127.0.0.1\r\nContent-Length: " + SMUGGLED.length() + "\r\n\r\n" + SMUGGLED);
    }
}
