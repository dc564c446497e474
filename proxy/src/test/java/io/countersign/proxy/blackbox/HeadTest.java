package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.Case;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Signatures;
import io.countersign.proxy.testing.TestProxy;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Malformed request lines and fields (RFC 9112 sections 2.2, 3 and 5), and the limits of a head. */
@BlackBox("countersign.limits { max-header-bytes = 8 KiB, max-target-bytes = 2 KiB, max-headers = 100 }")
class HeadTest {
    private static final String TLS_HELLO =
            "\026\003\001\0\052\001\0\0\046\003\003" + "\007".repeat(32) + "\0\0\002\023\001\001\0";
    private static final String PROXY_V2 = "\r\n\r\n\0\r\nQUIT\n\041\021\0\014\177\0\0\001\177\0\0\001\004\322\037\105";

    private final Rig rig;

    HeadTest(Rig rig) {
        this.rig = rig;
    }

    static List<Case> malformedHeads() {
        return List.of(
                new Case("56 bare LF", "GET /w HTTP/1.1\nHost: 127.0.0.1\n\n"),
                new Case("56b one bare LF", "GET /w HTTP/1.1\r\nHost: 127.0.0.1\nX-A: b\r\n\r\n"),
                field("57 bare CR then a field", "X-A: b\rX-C: d"),
                new Case("58 CRLF CR", "GET /w HTTP/1.1\r\nHost: 127.0.0.1\r\n\rX-A: b\r\n\r\n"),
                field("59 NUL in a name", "X\0A: b"),
                field("59b NUL in a value", "X-A: b\0c"),
                field("60 BEL in a value", "X-A: b\007c"),
                field("60b DEL in a value", "X-A: b\177c"),
                field("60c DEL in a name", "X\177A: b"),
                new Case("61 space before the first field", "GET /w HTTP/1.1\r\n Host: 127.0.0.1\r\n\r\n"),
                field("62 empty name", ": b"),
                field("63 no colon", "X-A"),
                field("64 brackets in a name", "X[]: b"),
                field("64b space in a name", "X A: b"),
                field("65 0xEF in a name", "\u00EFX: b"),
                new Case("66 HTTP/0.9", "GET /w\r\n\r\n"),
                new Case("66b HTTP/0.9, its line alone", "GET /w\r\n"),
                new Case("66c HTTP/0.9 with a space behind", "GET /w \r\n\r\n"),
                new Case("67 leading NUL", "\0" + Requests.get("/w")),
                new Case("68 TLS hello", TLS_HELLO),
                new Case("68a SSH", "SSH-2.0-OpenSSH_9.6\r\n"),
                new Case("68b PROXY v1", "PROXY TCP4 10.0.0.1 127.0.0.1 1 2\r\n" + Requests.get("/w")),
                new Case("68c PROXY v2", PROXY_V2 + Requests.get("/w")),
                field("75 obs-text in an AWS field", "X-Amz-Meta-Name: caf\u00E9"),
                new Case("no version number", "GET /w HTTP/\r\nHost: 127.0.0.1\r\n\r\n"),
                new Case("lower-case version", "GET /w http/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
                new Case("two-digit version", "GET /w HTTP/1.11\r\nHost: 127.0.0.1\r\n\r\n"),
                new Case("space within the target", "GET /w x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
    }

    static List<Case> foreignVersions() {
        return List.of(
                new Case("69 HTTP/9.9", "GET /w HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n"),
                new Case("69b HTTP/2.0", "GET /w HTTP/2.0\r\nHost: 127.0.0.1\r\n\r\n"),
                new Case("69c beginning of HTTP/2's preface", "PRI * HTTP/2.0\r\n"),
                new Case("69d all of its head", "PRI * HTTP/2.0\r\n\r\n"));
    }

    /** Its client reads frames, not a status line. */
    @Test
    void tellsAClientOfHttp2InItsOwnTongue() {
        String settings = "\0\0\0\4\0\0\0\0\0";
        for (String more : List.of("", settings, settings + Requests.get("/smuggled"))) {
            try (RawClient client = rig.proxy.connect()) {
                client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + more);
                assertEquals(settings, client.readExactly(9));
                String goAway = client.readToEnd().rest();
                assertEquals(goAway.length() - 9, goAway.charAt(2), "length of the frame");
                assertEquals("\7\0\0\0\0\0" + "\0\0\0\0" + "\0\0\0\15", goAway.substring(3, 17));
                assertTrue(goAway.substring(17).startsWith("505 "), goAway);
                assertTrue(goAway.endsWith("not HTTP/2 or gRPC; set OTLP to http/protobuf"), goAway);
            }
        }
        rig.forwards(Requests.get("/after"));
    }

    static List<Case> oddWhitespace() {
        return List.of(
                new Case("71 two spaces in the request line", "GET  /w HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
                new Case("71b tab in the request line", "GET\t/w HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
                new Case("71c space after the version", "GET /w HTTP/1.1 \r\nHost: 127.0.0.1\r\n\r\n"),
                field("71d tabs around a value", "X-A:\tb\t"),
                field("71e no space before a value", "X-A:b"));
    }

    @ParameterizedTest
    @MethodSource("malformedHeads")
    void refusesAMalformedHead(Case input) {
        rig.refusesAndCloses(input.bytes());
    }

    @ParameterizedTest
    @MethodSource("foreignVersions")
    void refusesAnotherMajorVersion(Case input) {
        ProblemAssert.problem(505, rig.refusal(input.bytes(), true)).closes();
    }

    /** RFC 9112 section 5.2: a server that does not refuse a fold puts spaces in its place. */
    @Test
    void refusesAFoldedFieldOrMakesItOneLine() {
        if (rig.forwardsOrRefuses(Requests.get("/fold", "X-A: b\r\n  c"))) {
            assertEquals("b c", last().head().value("x-a"));
        }
    }

    @ParameterizedTest
    @MethodSource("oddWhitespace")
    void refusesOddWhitespaceOrForwardsItClean(Case input) {
        if (rig.forwardsOrRefuses(input.bytes())) {
            assertEquals("GET " + TestProxy.STAGE + "/w HTTP/1.1", last().head().startLine());
            assertTrue(last().head().values("x-a").stream().allMatch("b"::equals));
        }
    }

    @Test
    void skipsEmptyLinesBeforeARequest() {
        assertEquals(
                TestProxy.STAGE + "/w",
                rig.forwards("\r\n\r\n" + Requests.get("/w")).head().target());
    }

    @Test
    void refusesMoreEmptyLinesThanAnybodySends() {
        rig.forwards("\r\n".repeat(8) + Requests.get("/w"));
        rig.refusesAndCloses("\r\n".repeat(9) + Requests.get("/w"));
    }

    @Test
    void forwardsATargetOfExactlyTheLimit() {
        rig.forwards(Requests.get(targetOf(2048)));
    }

    @Test
    void refusesATargetOverTheLimit() {
        rig.refuses(414, Requests.get(targetOf(2049))).error("http_request_error");
        rig.refuses(414, Requests.get(targetOf(20_000))).error("http_request_error");
    }

    @Test
    void refusesAHeadOverTheLimit() {
        rig.refuses(431, Requests.get("/w", "X-A: " + "b".repeat(8192))).error("http_request_error");
    }

    @Test
    void forwardsAHeadJustUnderTheLimit() {
        rig.forwards(Requests.get("/w", "X-A: " + "b".repeat(8000)));
    }

    @Test
    void forwardsOneHundredFieldsAndRefusesOneMore() {
        rig.forwards(Requests.get("/w", fields(99)));
        rig.refuses(431, Requests.get("/w", fields(100))).error("http_request_error");
        String empty = "a:\r\n".repeat(1500);
        rig.refuses(431, "GET /w HTTP/1.1\r\nHost: 127.0.0.1\r\n" + empty + "\r\n");
        rig.refuses(431, "GET /w HTTP/1.1\r\nHost: 127.0.0.1\r\n" + empty).details("100 fields");
    }

    @Test
    void forwardsObsTextUnsigned() {
        ReceivedRequest request = rig.forwards(Requests.get("/w", "X-Name: caf\u00E9 \u00FF"));
        assertEquals("caf\u00E9 \u00FF", request.head().value("x-name"));
        assertFalse(Signatures.signedNames(request).contains("x-name"));
    }

    /** RFC 9112 section 2.6 leaves the answer to an unknown minor version of ours open. */
    @Test
    void refusesAVersionBeforeOnePointZero() {
        Response response = rig.refusal("GET /w HTTP/0.9\r\nHost: 127.0.0.1\r\n\r\n", true);
        assertTrue(response.status() == 400 || response.status() == 505, response::toString);
    }

    private ReceivedRequest last() {
        List<ReceivedRequest> all = rig.upstream.requests();
        return all.get(all.size() - 1);
    }

    private static Case field(String name, String line) {
        return new Case(name, Requests.get("/w", line));
    }

    private static String targetOf(int length) {
        return "/" + "t".repeat(length - 1);
    }

    private static String[] fields(int count) {
        return IntStream.range(0, count).mapToObj(i -> "X-" + i + ": v").toArray(String[]::new);
    }
}
