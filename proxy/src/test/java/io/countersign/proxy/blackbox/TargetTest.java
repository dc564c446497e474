package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.testing.Case;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.TestProxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Host and target: what could name another place than the route's, or be read in two ways, is refused; the rest goes in
 * the one form that is both signed and sent.
 */
@BlackBox
class TargetTest {
    private final Rig rig;

    TargetTest(Rig rig) {
        this.rig = rig;
    }

    static List<Case> malformedHosts() {
        return List.of(
                new Case("76 no Host", "GET /w HTTP/1.1\r\nX-A: b\r\n\r\n"),
                new Case("77 two", "GET /w HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: 127.0.0.1\r\n\r\n"),
                host("78 empty", ""),
                host("79 user information", "u@127.0.0.1"),
                host("80 path", "127.0.0.1/x"),
                host("81 list", "127.0.0.1, localhost"),
                host("port that is no number", "127.0.0.1:80x"),
                host("space within", "127.0.0.1 evil"));
    }

    @ParameterizedTest
    @MethodSource("malformedHosts")
    void refusesAMalformedHost(Case input) {
        rig.refusesAndCloses(input.bytes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*", // 86
                "w", // 87
                "w/x",
                "/w#fragment", // 88
                "/w?a=b#fragment",
                "/w?a=\tb",
                "/w\tb",
                "/%zz", // 89
                "/%4",
                "/%",
                "/w?a=%zz",
                "/%00", // 90
                "/w?a=%00",
                "/w?%00",
                "/w\u0080", // 91
                "/w\u00E9",
                "/a/../b", // 92
                "/a/./b",
                "/..",
                "/a/..",
                "/a/%2e%2e/b", // 93
                "/a/%2E%2e/b",
                "/a/.%2E/b",
                "/a/%2e/b",
                "/a/..;/x", // 94
                "/a/..;v=1/x",
                "/a/..%3b/x",
                "/a/%2e%2E%3Bv=1/x",
                "/a/.;/x",
                "/;/../x",
                "/a%2F..%2Fx",
                "/a\\b", // 95
                "/a%5cb",
                "/a%5Cb",
                "/w?X-Amz-Signature=abc", // 98
                "/w?a=b&X-Amz-Signature=abc",
                "/w?X-Amz-Signatur%65=abc",
                "/w?X%2dAmz-Date=1",
                "/w?x-amz-security-token=1",
                "http://127.0.0.1#f"
            })
    void refusesAForbiddenTarget(String target) {
        rig.refusesAndCloses(Requests.get(target));
    }

    /** Not legal in a path (RFC 3986 section 3.3), which is never rewritten; so the sender is told which, and what to write. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '~',
            value = {
                "\" %22",
                "< %3C",
                "> %3E",
                "[ %5B",
                "] %5D",
                "^ %5E",
                "` %60",
                "{ %7B",
                "| %7C",
                "} %7D",
                "\u00C3 %C3",
                "\u0080 %80",
                "\u00FF %FF"
            })
    void namesWhatMustBeEscapedInAPath(String octet, String escape) {
        String named =
                octet.charAt(0) < 0x80 ? "path holds " + octet.replace("\"", "\\\"") : "0x" + escape.substring(1);
        for (String target : new String[] {"/a" + octet + "b?c=d", "/" + octet, "http://127.0.0.1/x" + octet}) {
            rig.refuses(400, Requests.get(target))
                    .details(named)
                    .details(escape)
                    .closes();
        }
    }

    @Test
    void turnsAwayAHostThatIsNotOurs() {
        rig.refuses(421, "GET /w HTTP/1.1\r\nHost: evil.example\r\n\r\n").error("http_request_denied");
    }

    @Test
    void turnsAwayAnAbsoluteTargetElsewhere() {
        rig.refuses(421, Requests.get("http://evil.example/w")).error("http_request_denied");
    }

    @Test
    void forwardsAnAbsoluteTargetThatNamesUs() {
        ReceivedRequest request = rig.forwards(Requests.get("http://127.0.0.1/w?a=b"));
        assertEquals(TestProxy.STAGE + "/w?a=b", request.head().target());
    }

    /** RFC 9112 section 3.2.2, with RFC 3986 section 3.2 on where the authority ends. */
    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1?x=1, /?x=1",
        "http://127.0.0.1:8005?x=/1, /?x=%2F1",
        "http://localhost, /",
        "HTTPS://[::1]:1/a?b, /a?b"
    })
    void forwardsAnAbsoluteTargetWithoutAPath(String target, String sent) {
        assertEquals(
                TestProxy.STAGE + sent,
                rig.forwards(Requests.get(target)).head().target());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://?x=1", "http:///w", "http://u@127.0.0.1/w", "http://127.0.0.1@evil.example/w", "http:/w"
            })
    void refusesAnAbsoluteTargetWithoutAPlainHost(String target) {
        rig.refusesAndCloses(Requests.get(target));
    }

    /** Nothing is gained by a Host field that says otherwise: a page of that host is a page of another site. */
    @Test
    void judgesAnOriginByTheTargetsAuthority() {
        String head = "GET http://127.0.0.1/w HTTP/1.1\r\nHost: evil.example\r\nOrigin: ";
        rig.refuses(403, head + "http://evil.example\r\n\r\n");
        rig.forwards(head + "http://127.0.0.1\r\n\r\n");
    }

    @Test
    void takesAnOldRequestWithoutAHostForWhereItWasSent() {
        assertEquals(
                TestProxy.STAGE + "/w",
                rig.forwards("GET /w HTTP/1.0\r\n\r\n").head().target());
        rig.refusesAndCloses("GET /w HTTP/1.0\r\nHost:\r\n\r\n");
        rig.refusesAndCloses("GET /w HTTP/1.0\r\nHost: 127.0.0.1\r\nHost: 127.0.0.1\r\n\r\n");
        try (Rig elsewhere = new Rig("countersign.access.allowed-hosts = [\"proxy.example\"]")) {
            ProblemAssert.problem(421, elsewhere.proxy.exchange("GET /w HTTP/1.0\r\n\r\n"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONNECT 127.0.0.1:443 HTTP/1.1", // 84
                "TRACE /w HTTP/1.1", // 85
                "get /w HTTP/1.1",
                "BREW /w HTTP/1.1"
            })
    void turnsAwayMethodsThatItDoesNotServe(String requestLine) {
        rig.refuses(405, Requests.head(requestLine)).error("http_request_denied");
    }

    @Test
    void sendsADoubleSlashToTheConfiguredUpstream() {
        ReceivedRequest request = rig.forwards(Requests.get("//evil/x"));
        assertEquals(TestProxy.STAGE + "//evil/x", request.head().target());
        assertEquals("127.0.0.1:" + rig.upstream.port(), request.head().value("host"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a%2Fb", // 97
                "/a;v=1",
                "/a%2fb/c%3Bd",
                "/a/b/",
                "/a//b///c",
                "/a:b@c$d!e'f(g)h*i,j&k=l+m~n",
                "/%C3%A9/%E2%82%AC",
                "/a%20b%25c",
                "/"
            })
    void sendsAPathAsItCame(String path) {
        assertEquals(
                TestProxy.STAGE + path, rig.forwards(Requests.get(path)).head().target());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '`',
            value = {
                "a=b+c a=b%20c",
                "a=b%2Bc a=b%2Bc",
                "b=2&a=1&b=1 b=2&a=1&b=1",
                "q={x=\"1\"} q=%7Bx%3D%221%22%7D",
                "match[]=up match%5B%5D=up",
                "q=\u00C3\u00A9 q=%C3%A9",
                "q=<>[]{}|^\"\\%60 q=%3C%3E%5B%5D%7B%7D%7C%5E%22%5C%60"
            })
    void sendsAQueryInTheFormThatIsSigned(String query, String sent) {
        assertEquals(
                TestProxy.STAGE + "/w?" + sent,
                rig.forwards(Requests.get("/w?" + query)).head().target());
    }

    /** What is no UTF-8 has no meaning, and goes all the same: each byte by itself. */
    @Test
    void encodesAnyByteOfAQueryOnce() {
        assertEquals(
                200,
                rig.proxy
                        .exchange(Requests.get("/w?\u00E9=\u00FF&%c3%A9=\u0080"))
                        .status());
        List<ReceivedRequest> all = rig.upstream.requests();
        assertEquals(
                TestProxy.STAGE + "/w?%E9=%FF&%c3%A9=%80",
                all.get(all.size() - 1).head().target());
    }

    /**
     * What the service makes of each is what the oracle makes of it; the signature must agree. A parameter without a name is
     * not among them: the AWS SDK leaves it out of the canonical query, botocore does not, and nobody says what AWS does.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a=",
                "a=b=c",
                "a&b",
                "a=%2f%3a",
                "%41=%7E",
                "a=1&A=2&a1=3&a%20=4",
                "a=%C3%A9",
                "a=/?:@",
                "a=b;c=d",
                "a=b&&c=d",
                "a=%25zz",
                "a[]=1&a1=2",
                "start=1.5&end=2&step=15s",
                "a=!'()*"
            })
    void signsAnyQuery(String query) {
        rig.forwards(Requests.get("/w?" + query));
    }

    private static Case host(String name, String value) {
        return new Case(name, "GET /w HTTP/1.1\r\nHost: " + value + "\r\n\r\n");
    }
}
