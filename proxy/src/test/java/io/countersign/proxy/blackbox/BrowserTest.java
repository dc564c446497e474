package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.TestProxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A web page in a browser on this machine reaches loopback too, and must not act with our credentials. */
@BlackBox
class BrowserTest {
    private static final String ALLOWED = "https://grafana.example";

    private final Rig rig;

    BrowserTest(Rig rig) {
        this.rig = rig;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: https://evil.example", // 107
                "Origin: http://localhost:3000",
                "Origin: null", // 108
                "Sec-Fetch-Site: cross-site", // 109
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: none, cross-site",
                "Sec-Fetch-Site:",
                "Origin: http://127.0.0.1\r\nOrigin: https://evil.example",
                "Origin: http://127.0.0.1, https://evil.example",
                "Origin:"
            })
    void turnsAwayAWebPage(String line) {
        rig.refuses(403, Requests.get("/w", line)).error("http_request_denied");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sec-Fetch-Site: none", "Sec-Fetch-Site: same-origin"})
    void letsAPersonsOwnNavigationPass(String line) {
        rig.forwards(Requests.get("/w", line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil:8005", "0.0.0.0:8005", "127.0.0.1.evil.example", "localhost.evil.example:8005"})
    void turnsAwayAReboundName(String host) {
        rig.refuses(421, "GET /w HTTP/1.1\r\nHost: " + host + "\r\n\r\n").error("http_request_denied");
    }

    @Test
    void privateNamesMayCountAndOthersStillDoNot() {
        try (FakeUpstream upstream = FakeUpstream.http();
                Rig open = new Rig(upstream, "countersign.access.private-hosts = true")) {
            open.forwards("GET /w HTTP/1.1\r\nHost: proxy.monitoring.svc.cluster.local:8005\r\n\r\n");
            open.forwards("GET /w HTTP/1.1\r\nHost: proxy\r\n\r\n");
            open.forwards("GET /w HTTP/1.1\r\nHost: [2001:db8::1]:8005\r\n\r\n");
            open.refuses(421, "GET /w HTTP/1.1\r\nHost: rebound.example\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:8005", "127.0.0.1:9", "[::1]", "[::1]:8005"})
    void knowsItsOwnNames(String host) {
        rig.forwards("GET /w HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    @Test
    void allowsNothingToAPreflight() {
        Response response = rig.refusal(preflight("https://evil.example"), false);
        ProblemAssert.problem(403, response).error("http_request_denied");
        assertNoAllowFields(response);
    }

    @Test
    void turnsAwayASimplePostOfAPage() {
        rig.refuses(403, Requests.post("/w", "a", "Content-Type: text/plain", "Origin: https://evil.example"))
                .error("http_request_denied");
    }

    @Test
    void letsAnOriginPassThatTheRouteAllows() {
        try (Rig cors = new Rig(TestProxy.main("cors = [\"" + ALLOWED + "\"]"))) {
            Response preflight = cors.refusal(preflight(ALLOWED), false);
            assertTrue(preflight.status() == 200 || preflight.status() == 204, preflight::toString);
            assertEquals(ALLOWED, preflight.head().value("access-control-allow-origin"));

            Response response =
                    cors.proxy.exchange(Requests.post("/w", "a", "Origin: " + ALLOWED, "Sec-Fetch-Site: cross-site"));
            assertEquals(200, response.status(), response::toString);
            assertEquals(ALLOWED, response.head().value("access-control-allow-origin"));

            Response twice = cors.proxy.exchange(Requests.head(
                    "OPTIONS /w HTTP/1.1",
                    "Origin: " + ALLOWED,
                    "Access-Control-Request-Method: GET",
                    "Access-Control-Request-Method: POST"));
            assertFalse(twice.head().has("access-control-allow-methods"), twice::toString);

            Response other = cors.refusal(preflight("https://evil.example"), false);
            ProblemAssert.problem(403, other);
            assertNoAllowFields(other);
        }
    }

    @Test
    void saysWhatPagesMaySendAndRead() {
        try (Rig cors = new Rig(
                TestProxy.main("cors = [\"" + ALLOWED + "\"]"),
                TestProxy.main("cors-headers = [Content-Type, X-Scope-OrgID]"),
                TestProxy.main("cors-credentials = true"),
                TestProxy.main("cors-max-age = 1 hour"),
                TestProxy.main("cors-exposed-headers = [Retry-After, X-Amzn-RequestId]"))) {
            Response preflight = cors.refusal(preflight(ALLOWED), false);
            assertEquals("Content-Type, X-Scope-OrgID", preflight.head().value("access-control-allow-headers"));
            assertEquals("true", preflight.head().value("access-control-allow-credentials"));
            assertEquals("3600", preflight.head().value("access-control-max-age"));
            assertFalse(preflight.head().has("access-control-expose-headers"));

            Response response = cors.proxy.exchange(Requests.post("/w", "a", "Origin: " + ALLOWED));
            assertEquals("true", response.head().value("access-control-allow-credentials"));
            assertEquals("Retry-After, X-Amzn-RequestId", response.head().value("access-control-expose-headers"));
            assertFalse(response.head().has("access-control-max-age"));
        }
    }

    @Test
    void letsAnAllowedPageReadAResponseOfOurOwn() {
        try (Rig cors = new Rig(TestProxy.main("cors = [\"" + ALLOWED + "\"]"))) {
            cors.upstream.close();
            Response response = cors.proxy.exchange(Requests.post("/w", "a", "Origin: " + ALLOWED));
            assertEquals(503, response.status(), response::toString);
            assertEquals(ALLOWED, response.head().value("access-control-allow-origin"));
        }
    }

    /** A browser may have it in its cache when a page of any origin asks again. */
    @Test
    void noPageReadsWhatTheUpstreamLetsAllRead() {
        String open = "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nCache-Control: max-age=60\r\n"
                + "Content-Length: 0\r\n\r\n";
        try (Rig none = new Rig();
                Rig cors = new Rig(TestProxy.main("cors = [\"" + ALLOWED + "\"]"))) {
            none.upstream.script(Script.always(open));
            Response unasked = none.proxy.exchange(Requests.get("/w"));
            assertEquals(200, unasked.status());
            assertFalse(unasked.head().has("access-control-allow-origin"), unasked::toString);
            assertFalse(unasked.head().has("vary"), unasked::toString);

            cors.upstream.script(Script.always(open));
            Response other = cors.proxy.exchange(Requests.get("/w"));
            assertFalse(other.head().has("access-control-allow-origin"), other::toString);
            assertTrue("origin".equalsIgnoreCase(other.head().value("vary")), other::toString);
        }
    }

    private static void assertNoAllowFields(Response response) {
        assertFalse(
                response.head().names().stream()
                        .anyMatch(name -> name.regionMatches(true, 0, "Access-Control-", 0, 15)),
                response::toString);
    }

    private static String preflight(String origin) {
        return Requests.head(
                "OPTIONS /w HTTP/1.1",
                "Origin: " + origin,
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: content-type");
    }
}
