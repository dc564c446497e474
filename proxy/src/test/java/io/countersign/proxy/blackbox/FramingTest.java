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

/**
 * Where a request's body ends must have one reading only: any message that two parsers could cut in two ways is refused
 * (RFC 9112 section 6.3). Each input carries a second request, which must never be seen as one.
 */
@BlackBox
class FramingTest {
    private static final String CHUNKS = "5\r\nhello\r\n0\r\n\r\n";
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

    private final Rig rig;

    FramingTest(Rig rig) {
        this.rig = rig;
    }

    static List<Case> ambiguousFramings() {
        return List.of(
                framed("1 Content-Length then chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked", CHUNKS),
                framed("2 chunked then Content-Length", "Transfer-Encoding: chunked\r\nContent-Length: 5", CHUNKS),
                framed("3 xchunked", "Transfer-Encoding: xchunked", CHUNKS),
                framed("4 chunk", "Transfer-Encoding: chunk", CHUNKS),
                framed("5 identity", "Transfer-Encoding: identity", CHUNKS),
                framed("5b identity with Content-Length", "Transfer-Encoding: identity\r\nContent-Length: 5", "hello"),
                framed("6 chunked, identity", "Transfer-Encoding: chunked, identity", CHUNKS),
                framed("7 identity, chunked", "Transfer-Encoding: identity, chunked", CHUNKS),
                framed("9 empty element before chunked", "Transfer-Encoding: ,chunked", CHUNKS),
                framed("10 chunked twice", "Transfer-Encoding: chunked, chunked", CHUNKS),
                framed("11 two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", CHUNKS),
                framed("11b two lines, one odd", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x", CHUNKS),
                framed("12 quoted", "Transfer-Encoding: \"chunked\"", CHUNKS),
                framed("13 parameter", "Transfer-Encoding: chunked;q=1", CHUNKS),
                framed("14 VT before the value", "Transfer-Encoding: \013chunked", CHUNKS),
                framed("15 0xA0 before the value", "Transfer-Encoding: \u00A0chunked", CHUNKS),
                framed("16 CR after the value", "Transfer-Encoding: chunked\r", CHUNKS),
                framed("17 NUL after the value", "Transfer-Encoding: chunked\0", CHUNKS),
                framed("18 space before the colon", "Transfer-Encoding : chunked", CHUNKS),
                framed("18b tab before the colon", "Transfer-Encoding\t: chunked", CHUNKS),
                framed("19 0x85 in the name", "Transfer-Encoding\u0085: chunked", CHUNKS),
                framed("20 folded", "Transfer-Encoding:\r\n chunked", CHUNKS),
                framed("21 underscore", "Transfer_Encoding: chunked", CHUNKS),
                framed("22 empty", "Transfer-Encoding:", CHUNKS),
                new Case(
                        "23 HTTP/1.0 with chunked",
                        Requests.head("POST /w HTTP/1.0", "Connection: keep-alive", "Transfer-Encoding: chunked")
                                + CHUNKS
                                + SMUGGLED));
    }

    static List<Case> lengthsThatAreNoNumber() {
        return List.of(
                length("24 plus", "+5"),
                length("25 minus", "-5"),
                length("26 hexadecimal", "0x5"),
                length("27 exponent", "5e0"),
                length("28 underscore", "5_0"),
                length("29 list", "5, 5"),
                framed("30 twice, equal", "Content-Length: 5\r\nContent-Length: 5", "hello"),
                framed("31 twice, different", "Content-Length: 5\r\nContent-Length: 6", "hello"),
                length("32 empty", ""),
                length("33 twenty digits", "00000000000000000005"),
                length("33b twenty digits, huge", "99999999999999999999"),
                length("34 Arabic-Indic digit", "\u00D9\u00A5"),
                framed("35 space before the colon", "Content-Length : 5", "hello"),
                length("space within", "5 5"));
    }

    @ParameterizedTest
    @MethodSource({"ambiguousFramings", "lengthsThatAreNoNumber"})
    void refusesAmbiguousFraming(Case input) {
        rig.refusesAndCloses(input.bytes());
    }

    /** RFC 9112 section 6.1 lets a server answer 501 to a coding that it does not know. */
    @Test
    void refusesAnotherCodingThanChunked() {
        Response response = rig.refusal(
                framed("8", "Transfer-Encoding: gzip, chunked", CHUNKS).bytes(), true);
        assertTrue(response.status() == 400 || response.status() == 501, response::toString);
        ProblemAssert.problem(response.status(), response).closes();
    }

    @Test
    void writesALengthWithLeadingZerosAnew() {
        ReceivedRequest request = rig.forwards(Requests.head("POST /w HTTP/1.1", "Content-Length: 05") + "hello");
        assertEquals("5", request.head().value("content-length"));
        assertEquals("hello", request.body());
    }

    @Test
    void refusesALengthOverTheLimitAtOnce() {
        rig.refuses(413, Requests.head("POST /w HTTP/1.1", "Content-Length: " + (1024 * 1024 + 1)))
                .error("http_request_error");
    }

    @Test
    void forwardsABodyOfExactlyTheLimit() {
        String body = "x".repeat(1024 * 1024);
        assertEquals(body, rig.forwards(Requests.post("/w", body)).body());
    }

    @Test
    void sendsAChunkedBodyWithItsLength() {
        ReceivedRequest request = rig.forwards(
                Requests.head("POST /w HTTP/1.1", "Transfer-Encoding: Chunked") + "5\r\nhello\r\n00\r\n\r\n");
        assertEquals("5", request.head().value("content-length"));
        assertFalse(request.head().has("transfer-encoding"));
        assertEquals("hello", request.body());
    }

    private static Case length(String name, String value) {
        return framed(name, "Content-Length: " + value, "hello");
    }

    private static Case framed(String name, String fieldLines, String body) {
        return new Case(name, Requests.head("POST /w HTTP/1.1", fieldLines) + body + SMUGGLED);
    }
}
