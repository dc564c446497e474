package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.Head;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.SilentServer;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each answer that the proxy makes itself, by its cause; those that a time brings about are in {@link TimesTest}, those
 * to AWS's rejections in {@link RejectionRetryTest}.
 */
@WireTest
class AnswersTest {
    private static final String THROTTLED =
            "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 31\r\n\r\n{\"message\":\"Too Many Requests\"}";

    @Test
    void malformedRequest() {
        try (Rig rig = new Rig()) {
            rig.refusesAndCloses("GET /w HTTP/1.1\r\n\r\n");
        }
    }

    @Test
    void deniedByARule() {
        assertDenied(403, "countersign.access.deny = [\"127.0.0.0/8\"]");
    }

    @Test
    void deniedByARuleWithAnotherStatus() {
        assertDenied(503, "countersign.access { deny = [\"127.0.0.0/8\"], deny-status = 503 }");
    }

    @Test
    void noRoute() {
        try (Rig rig = new Rig(TestProxy.main("match.path-prefix = \"/sentinel\""))) {
            rig.refuses(404, Requests.get("/elsewhere")).error("http_request_denied");
        }
    }

    @Test
    void methodNotAllowed() {
        try (Rig rig = new Rig(TestProxy.main("match.methods = [GET]"))) {
            rig.refuses(405, Requests.post("/w", "body")).error("http_request_denied");
        }
    }

    @Test
    void bodyOverTheRoutesLimit() {
        try (Rig rig = new Rig(TestProxy.main("limits.body = 1 KiB"))) {
            rig.forwards(Requests.post("/w", "x".repeat(1024)));
            rig.refuses(413, Requests.post("/w", "x".repeat(1025))).error("http_request_error");
        }
    }

    @Test
    void targetOverItsLimit() {
        try (Rig rig = new Rig("countersign.limits.max-target-bytes = 100")) {
            rig.refuses(414, Requests.get("/" + "w".repeat(100))).error("http_request_error");
        }
    }

    @Test
    void headOverItsLimit() {
        try (Rig rig = new Rig("countersign.limits { max-header-bytes = 2 KiB, max-target-bytes = 1 KiB }")) {
            rig.refuses(431, Requests.get("/w", "X-A: " + "b".repeat(2048))).error("http_request_error");
        }
    }

    /** API Gateway takes 10,240 bytes of request line and fields, our signature and token included. */
    @Test
    void headOverTheServicesLimitOnceSigned() {
        try (Rig rig = new Rig("countersign.limits { max-header-bytes = 16 KiB }")) {
            rig.forwards(Requests.get("/w", "X-A: " + "b".repeat(8000)));
            rig.refuses(431, Requests.get("/w", "X-A: " + "b".repeat(10_000))).error("http_request_error");
        }
    }

    @Test
    void hostNotOurs() {
        try (Rig rig = new Rig()) {
            rig.refuses(421, "GET /w HTTP/1.1\r\nHost: other.example\r\n\r\n").error("http_request_denied");
        }
    }

    @Test
    void throttledUpstream() {
        try (Rig rig = new Rig()) {
            rig.upstream.script(Script.always(THROTTLED));
            ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/w", "body")))
                    .received(429)
                    .retryAfter();
            rig.upstream.request();
        }
    }

    @Test
    void throttledUpstreamRelayed() {
        try (Rig rig = new Rig(TestProxy.main("on-failure = relay"))) {
            rig.upstream.script(Script.always(THROTTLED));
            Response response = rig.proxy.exchange(Requests.post("/w", "body"));
            assertEquals(429, response.status());
            assertEquals("{\"message\":\"Too Many Requests\"}", response.body());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 409, 410, 418, 422, 500, 501})
    void relaysTheBackendsOwnVerdictOnAWrite(int status) {
        try (Rig rig = new Rig()) {
            rig.upstream.script(Script.always(own(status)));
            assertOwn(status, rig.proxy.exchange(Requests.post("/w", "body")));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 502, 503, 504})
    void hasAWriteTriedAgainOnWhatPasses(int status) {
        try (Rig rig = new Rig()) {
            rig.upstream.script(Script.always(own(status)));
            ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/w", "body")))
                    .error("destination_unavailable")
                    .received(status)
                    .retryAfter();
            rig.upstream.request();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 408, 425, 429, 500, 502, 503, 504})
    void relaysWhatAReadIsAnswered(int status) {
        try (Rig rig = new Rig()) {
            rig.upstream.script(Script.always(own(status)));
            assertOwn(status, rig.proxy.exchange(Requests.get("/w")));
            assertOwn(status, rig.proxy.exchange(Requests.post("/api/v1/query", "query=up")));
        }
    }

    @Test
    void asksToWaitAsLongAsTheUpstreamDoesWithinBounds() {
        try (Rig rig = new Rig()) {
            for (int status : new int[] {429, 503}) {
                for (String[] wait : new String[][] {{"120", "120"}, {"300", "300"}, {"86400", "300"}, {"0", "1"}}) {
                    rig.upstream.script(Script.always("HTTP/1.1 " + status
                            + " Own\r\nContent-Length: 0\r\nRetry-After: " + wait[0] + "\r\n\r\n"));
                    Response response = rig.proxy.exchange(Requests.post("/w", "body"));
                    assertEquals(503, response.status());
                    assertEquals(wait[1], response.head().value("retry-after"));
                }
            }
        }
    }

    private static String own(int status) {
        return "HTTP/1.1 " + status + " Own\r\nContent-Length: 3\r\nX-Own: yes\r\n\r\nown";
    }

    private static void assertOwn(int status, Response response) {
        assertEquals(status, response.status());
        assertEquals("own", response.body());
        assertEquals("yes", response.head().value("x-own"));
    }

    @Test
    void unknownUpstreamName() {
        try (TestProxy proxy = TestProxy.startTo("https://no-such-host.invalid/stage")) {
            ProblemAssert.problem(502, proxy.exchange(Requests.get("/w"))).errorAmong("dns_error", "dns_timeout");
        }
    }

    @Test
    void connectionRefused() {
        try (TestProxy proxy = TestProxy.startTo("http://127.0.0.1:" + SilentServer.unusedPort())) {
            ProblemAssert.problem(502, proxy.exchange(Requests.get("/w"))).error("connection_refused");
            ProblemAssert.problem(503, proxy.exchange(Requests.post("/w", "body")))
                    .error("connection_refused")
                    .retryAfter();
        }
    }

    @Test
    void certificateNotTrusted() {
        try (FakeUpstream upstream = FakeUpstream.https();
                TestProxy proxy = TestProxy.startTo(upstream.url())) {
            ProblemAssert.problem(502, proxy.exchange(Requests.get("/w"))).error("tls_certificate_error");
            assertEquals(0, upstream.requests().size());
        }
    }

    @Test
    void tlsExpectedAndPlainTextFound() {
        try (FakeUpstream plain = FakeUpstream.http().greeting("HTTP/1.1 400 Bad Request\r\n\r\n");
                TestProxy proxy = TestProxy.startTo("https://127.0.0.1:" + plain.port())) {
            ProblemAssert.problem(502, proxy.exchange(Requests.get("/w")))
                    .errorAmong("tls_protocol_error", "connection_terminated");
        }
    }

    @Test
    void signsOverTlsToATrustedUpstream() {
        try (Rig rig = new Rig(FakeUpstream.https())) {
            rig.forwards(Requests.post("/w", "body"));
        }
    }

    @Test
    void noUsableCredentials() {
        try (Rig rig = new Rig(
                "countersign.credentials.absent { profile = \"no-such-profile\" }",
                TestProxy.main("credentials = absent"))) {
            ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/w", "body")))
                    .error("proxy_configuration_error")
                    .retryAfter();
            assertEquals(0, rig.upstream.requests().size());
        }
    }

    @Test
    void connectionsOverTheirLimit() {
        Gate answer = new Gate();
        try (Rig rig = new Rig("countersign.limits.connections = 1");
                RawClient first = rig.proxy.connect()) {
            rig.upstream.script((request, connection) -> {
                answer.pass();
                connection.send(Script.ok(""));
            });
            first.send(Requests.get("/w"));
            rig.upstream.awaitRequests(1);
            try (RawClient second = rig.proxy.connect()) {
                ProblemAssert.problem(503, second.send(Requests.get("/w")).read())
                        .error("connection_limit_reached")
                        .retryAfter();
                assertEquals("", second.readToEnd().rest());
            }
            answer.open();
            assertEquals(200, first.read().status());
            assertEquals(200, first.send(Requests.get("/w")).read().status());
        }
    }

    @Test
    void ownAnswersKeepAGoodConnectionOpen() {
        try (Rig rig = new Rig(TestProxy.main("match.path-prefix = \"/w\""));
                RawClient client = rig.proxy.connect()) {
            ProblemAssert.problem(404, client.send(Requests.get("/elsewhere")).read());
            assertEquals(200, client.send(Requests.get("/w")).read().status());
        }
    }

    @Test
    void ownAnswersToHeadHaveNoBody() {
        try (Rig rig = new Rig(TestProxy.main("match.path-prefix = \"/w\""));
                RawClient client = rig.proxy.connect()) {
            assertEquals(
                    404,
                    client.send(Requests.head("HEAD /elsewhere HTTP/1.1"))
                            .read("HEAD")
                            .status());
            assertEquals(200, client.send(Requests.get("/w")).read().status());
        }
    }

    @Test
    void passesAuthorizationOnWhereARouteDoesNotSign() {
        try (FakeUpstream upstream = FakeUpstream.http();
                TestProxy proxy = TestProxy.start(
                        upstream,
                        "countersign.routes.bearer { match.path-prefix = \"/bearer\", upstream = \"" + upstream.url()
                                + "\", auth = none }")) {
            Response response = proxy.exchange(Requests.get("/bearer", "Authorization: Bearer a.b.c"));
            assertEquals(200, response.status());
            Head head = upstream.request().head();
            assertEquals("Bearer a.b.c", head.value("authorization"));
            assertFalse(head.has("x-amz-date"));
        }
    }

    private static void assertDenied(int status, String setting) {
        try (FakeUpstream upstream = FakeUpstream.http();
                TestProxy proxy = TestProxy.start(upstream, setting)) {
            ProblemAssert.problem(status, proxy.exchange(Requests.post("/w", "body")))
                    .error("http_request_denied");
            assertEquals(0, upstream.connections().size());
        }
    }
}
