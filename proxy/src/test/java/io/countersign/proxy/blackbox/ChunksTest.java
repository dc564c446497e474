package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.Case;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Malformed chunks (RFC 9112 section 7.1): bodies are collected first, so a bad one costs the upstream nothing. */
@BlackBox
class ChunksTest {
    private final Rig rig;

    ChunksTest(Rig rig) {
        this.rig = rig;
    }

    static List<Case> malformedChunks() {
        return List.of(
                chunks("38 size 0x1", "0x1\r\na\r\n0\r\n\r\n"),
                chunks("39 size +1", "+1\r\na\r\n0\r\n\r\n"),
                chunks("39b size -1", "-1\r\na\r\n0\r\n\r\n"),
                chunks("40 size 1_0", "1_0\r\na\r\n0\r\n\r\n"),
                chunks("41 empty size", "\r\na\r\n0\r\n\r\n"),
                chunks("41b extension without a size", ";a=b\r\na\r\n0\r\n\r\n"),
                chunks("43 seventeen digits", "00000000000000001\r\na\r\n0\r\n\r\n"),
                chunks("43b seventeen digits, overflowing", "10000000000000001\r\na\r\n0\r\n\r\n"),
                chunks("44 junk after the size", "1 junk\r\na\r\n0\r\n\r\n"),
                chunks("45 NUL after the size", "1\0\r\na\r\n0\r\n\r\n"),
                chunks("46 bare LF in an extension", "1;a\n=b\r\na\r\n0\r\n\r\n"),
                chunks("47 quoted CRLF in an extension", "1;a=\"\r\n\"\r\na\r\n0\r\n\r\n"),
                chunks("48 bare CR in an extension", "1;a\rb\r\na\r\n0\r\n\r\n"),
                chunks("49 size line ends in LF", "1\na\r\n0\r\n\r\n"),
                chunks("49b last size line ends in LF", "1\r\na\r\n0\n\r\n"),
                chunks("50 data ends in XX", "1\r\naXX0\r\n\r\n"),
                chunks("50b data ends in LF", "1\r\na\n0\r\n\r\n"),
                chunks("51 extension over 4 KiB", "1;a=" + "b".repeat(5000) + "\r\na\r\n0\r\n\r\n"),
                chunks("51b extensions over 16 KiB", ("1;a=" + "b".repeat(4000) + "\r\na\r\n").repeat(5) + "0\r\n\r\n"),
                chunks("extension without a name", "1;\r\na\r\n0\r\n\r\n"),
                chunks("extension without a value", "1;a=\r\na\r\n0\r\n\r\n"),
                chunks("101 trailers", "1\r\na\r\n0\r\n" + "a:\r\n".repeat(101) + "\r\n"),
                chunks("52 trailer without a colon", "1\r\na\r\n0\r\nno colon\r\n\r\n"),
                chunks("52b trailer with a space before the colon", "1\r\na\r\n0\r\nX : y\r\n\r\n"),
                chunks("52c trailer with NUL", "1\r\na\r\n0\r\nX: \0\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("malformedChunks")
    void refusesMalformedChunks(Case input) {
        rig.refusesAndCloses(input.bytes());
    }

    /** A size of 2 GiB is well-formed, so over the limit is as true an answer as malformed. */
    @Test
    void refusesASizeThatOverflowsAnInt() {
        Response response =
                rig.refusal(chunks("42", "80000000\r\na\r\n0\r\n\r\n").bytes(), true);
        assertTrue(response.status() == 400 || response.status() == 413, response::toString);
        ProblemAssert.problem(response.status(), response).error("http_request_error");
    }

    @Test
    void dropsAnExtension() {
        ReceivedRequest request =
                rig.forwards(chunks("53", "1;a=b\r\na\r\n0\r\n\r\n").bytes());
        assertEquals("a", request.body());
        assertEquals("1", request.head().value("content-length"));
    }

    @Test
    void dropsTrailers() {
        ReceivedRequest request = rig.forwards(chunks(
                        "54",
                        "1\r\na\r\n0\r\nAuthorization: evil\r\nHost: evil\r\nContent-Length: 9\r\nX-Trailer: evil\r\n\r\n")
                .bytes());
        assertEquals("a", request.body());
        assertFalse(request.head().text().contains("evil"), request.head().text());
        assertEquals("1", request.head().value("content-length"));
    }

    @Test
    void refusesABodyThatGrowsOverTheLimit() {
        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        Response response = rig.refusal(chunks("55", chunk.repeat(17)).bytes(), true);
        ProblemAssert.problem(413, response).error("http_request_error").closes();
    }

    @Test
    void takesManySmallChunks() {
        String body = "1\r\nx\r\n".repeat(10_000) + "0\r\n\r\n";
        assertEquals(
                "x".repeat(10_000), rig.forwards(chunks("small", body).bytes()).body());
    }

    private static Case chunks(String name, String chunks) {
        return new Case(name, Requests.head("POST /w HTTP/1.1", "Transfer-Encoding: chunked") + chunks);
    }
}
