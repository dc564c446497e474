package io.countersign.proxy.blackbox;

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
import io.countersign.proxy.testing.Signatures;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.testing.Await;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of a client's fields go upstream, and that none of them passes for one of ours. */
@BlackBox
class HeadersTest {
    private final Rig rig;

    HeadersTest(Rig rig) {
        this.rig = rig;
    }

    @Test
    void replacesTheClientsOwnSignature() {
        ReceivedRequest request = rig.forwards(Requests.post(
                "/w",
                "body",
                "Authorization: AWS4-HMAC-SHA256 Credential=evil",
                "X-Amz-Date: 20000101T000000Z",
                "X-Amz-Security-Token: evil",
                "x-amz-content-sha256: evil"));
        for (String name : List.of("authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256")) {
            assertEquals(1, request.head().values(name).size(), name);
        }
        assertFalse(request.head().text().contains("evil"), request.head().text());
        assertFalse(request.head().text().contains("20000101"), request.head().text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"authorization", "x-amz-date", "host", "x-amz-security-token", "content-length", "date"})
    void neverRemovesOursAtAConnectionFieldsWord(String name) {
        Head head = rig.forwards(Requests.post("/w", "body", "Connection: close, " + name))
                .head();
        for (String ours : List.of("authorization", "x-amz-date", "x-amz-security-token", "host", "content-length")) {
            assertEquals(1, head.values(ours).size(), ours);
        }
    }

    @Test
    void removesWhatTheConnectionFieldNames() {
        ReceivedRequest request = rig.forwards(
                Requests.get("/w", "Connection: x-foo, X-Amz-Meta-A", "X-Foo: 1", "X-Amz-Meta-A: 2", "X-Bar: 3"));
        assertFalse(request.head().has("x-foo"));
        assertFalse(request.head().has("x-amz-meta-a"));
        assertEquals("3", request.head().value("x-bar"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Keep-Alive: timeout=5",
                "TE: trailers",
                "Upgrade: h2c",
                "Upgrade: TLS/1.0, h2c",
                "HTTP2-Settings: AAMAAABkAAQAAP__",
                "Proxy-Authorization: Basic eDp5",
                "Proxy-Connection: keep-alive",
                "Proxy-Authenticate: Basic",
                "Trailer: X-T"
            })
    void removesHopByHopFields(String line) {
        String name = line.substring(0, line.indexOf(':'));
        assertFalse(rig.forwards(Requests.get("/w", line)).head().has(name), name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: Upgrade\r\nUpgrade: websocket",
                "Upgrade: WebSocket",
                "Upgrade: h2c, websocket",
                "Upgrade: h2c\r\nUpgrade:  websocket\t",
                "Upgrade: websocket/13",
                "Upgrade: h2c, WebSocket /13"
            })
    void refusesAWebSocketAndSaysWhy(String lines) {
        rig.refuses(501, Requests.get("/w", lines, "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZQ=="))
                .error("http_request_error")
                .details("carries no WebSockets; set routes.main.websocket");
    }

    /** RFC 9110 section 7.8: a field of HTTP/1.0 means nothing. */
    @Test
    void dropsAnyUpgradeOfAnOldRequest() {
        String old = Requests.head("GET /w HTTP/1.0", "Connection: upgrade", "Upgrade: websocket");
        assertFalse(rig.forwards(old).head().has("upgrade"));
    }

    @Test
    void dropsAnotherUpgradeAndItsTokenAndGoesOn() {
        Head head = rig.forwards(Requests.get(
                        "/w",
                        "Connection: Upgrade, HTTP2-Settings, X-Hop",
                        "Upgrade: h2c",
                        "HTTP2-Settings: AAMAAABkAAQAAP__",
                        "X-Hop: 1"))
                .head();
        for (String name : List.of("connection", "upgrade", "http2-settings", "x-hop")) {
            assertFalse(head.has(name), name);
        }
    }

    /** It asks for HTTP/2 with each request to a plain address, unless it is told otherwise. */
    @Test
    void servesTheJdksOwnClient() throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .connectTimeout(Await.LIMIT)
                .build();
        URI uri = URI.create("http://127.0.0.1:" + rig.proxy.address().getPort() + "/jdk");
        for (HttpRequest.BodyPublisher body :
                List.of(HttpRequest.BodyPublishers.noBody(), HttpRequest.BodyPublishers.ofString("body"))) {
            HttpRequest request =
                    HttpRequest.newBuilder(uri).timeout(Await.LIMIT).POST(body).build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(200, response.statusCode(), response.body());
            ReceivedRequest sent = last();
            Signatures.verify(sent);
            assertFalse(sent.head().has("upgrade"));
            assertFalse(sent.head().has("http2-settings"));
        }
    }

    @Test
    void signsHostContentTypeAndAwsFieldsAlone() {
        ReceivedRequest request = rig.forwards(Requests.post(
                "/w",
                "body",
                "Content-Type: text/plain",
                "X-Amz-Meta-A: 1",
                "User-Agent: agent",
                "X-Other: 2",
                "Traceparent: 3"));
        assertEquals(
                List.of(
                        "content-type",
                        "host",
                        "x-amz-content-sha256",
                        "x-amz-date",
                        "x-amz-meta-a",
                        "x-amz-security-token"),
                Signatures.signedNames(request).stream().sorted().toList());
        assertEquals("2", request.head().value("x-other"));
        assertEquals("agent", request.head().value("user-agent"));
    }

    @Test
    void signsRepeatedAndPaddedAwsFields() {
        rig.forwards(Requests.get("/w", "X-Amz-Meta-A:   one   two  ", "X-Amz-Meta-B: 1", "X-Amz-Meta-B: 2"));
    }

    /** A signature covers all values of a name, or none: what stands there for others is not what was signed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: a\r\nContent-Type: \u00C3\u00A9",
                "Content-Type: \u00E4\r\nContent-Type: a\r\ncontent-type: b",
                "X-Signed: a\r\nX-SIGNED: \u00E9"
            })
    void signsNoneOfSeveralValuesWhereOneIsNotAscii(String lines) {
        try (Rig more = new Rig(TestProxy.main("signed-headers = [x-signed]"))) {
            ReceivedRequest request = more.forwards(Requests.get("/w", lines, "X-Amz-Meta-A: 1"));
            assertFalse(Signatures.signedNames(request).contains("content-type"));
            assertFalse(Signatures.signedNames(request).contains("x-signed"));
            assertTrue(Signatures.signedNames(request).contains("x-amz-meta-a"));
            long values = lines.chars().filter(c -> c == '\n').count() + 1;
            String name = lines.substring(0, lines.indexOf(':'));
            assertEquals(values, request.head().values(name).size(), "all are sent");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Amzn-Trace-Id", "X%Amz-Date", "X-Amz", "XyAmz-Date", "Y-Amz-Date"})
    void forwardsObsTextUnderANameThatIsNotAws(String name) {
        ReceivedRequest request = rig.forwards(Requests.get("/w", name + ": \u00C3\u00A9"));
        assertEquals("\u00C3\u00A9", request.head().value(name.toLowerCase(Locale.ROOT)));
        assertFalse(Signatures.signedNames(request).contains(name.toLowerCase(Locale.ROOT)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-amz-: \u00E9", "X-AMZ-Meta-A: a\r\nx-amz-meta-a: \u00E9", "X-Amz-Date: \u00E9"})
    void refusesObsTextUnderAnAwsName(String lines) {
        rig.refusesAndCloses(Requests.get("/w", lines));
    }

    @Test
    void signsTheBareAwsPrefix() {
        assertTrue(Signatures.signedNames(rig.forwards(Requests.get("/w", "x-amz-: a")))
                .contains("x-amz-"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Amz-Content-Sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                "x-amz-content-sha256: streaming-aws4-hmac-sha256-payload",
                "X-Amz-Content-Sha256: STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
                "X-Amz-Content-Sha256: UNSIGNED-PAYLOAD\r\nX-Amz-Content-Sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                "Content-Encoding: aws-chunked",
                "Content-Encoding: gzip, AWS-Chunked",
                "Content-Encoding: aws-chunked,gzip",
                "Content-Encoding: \"aws-chunked\"",
                "Content-Encoding: aws-chunked;q=1",
                "Content-Encoding: gzip\r\nContent-Encoding: aws-chunked",
                "Content-Encoding: \"aws-chunked\"",
                "Content-Encoding: gzip, aws-chunked;q=1",
                "X-Amz-Decoded-Content-Length: 6",
                "X-Amz-Trailer: x-amz-checksum-crc32"
            })
    void refusesAFrameThatWouldBecomeTheBody(String lines) {
        String body = "6\r\nhello!\r\n0\r\n\r\n";
        rig.refuses(501, Requests.head("PUT /k HTTP/1.1\r\nContent-Length: " + body.length(), lines) + body)
                .error("http_request_error")
                .details("request_checksum_calculation = when_required");
    }

    @Test
    void passesTheFrameOnWhereItDoesNotSign() {
        try (Rig plain = new Rig(TestProxy.main("auth = none"))) {
            Response response = plain.proxy.exchange(Requests.post(
                    "/k",
                    "0\r\n\r\n",
                    "Content-Encoding: aws-chunked",
                    "X-Amz-Content-Sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER"));
            assertEquals(200, response.status(), response::toString);
            Head head = plain.upstream.request().head();
            assertEquals("aws-chunked", head.value("content-encoding"));
            assertEquals("STREAMING-UNSIGNED-PAYLOAD-TRAILER", head.value("x-amz-content-sha256"));
        }
    }

    @Test
    void saysInViaThatItWasHereAndLeavesThatUnsigned() {
        ReceivedRequest request = rig.forwards(Requests.get("/w", "Via: 1.0 first, 1.1 second (a comment)"));
        List<String> via = request.head().values("via");
        assertEquals(2, via.size(), via::toString);
        assertEquals("1.0 first, 1.1 second (a comment)", via.get(0));
        assertTrue(via.get(1).matches("1\\.1 countersign-[0-9a-f]{8}"), via.get(1));
        assertFalse(Signatures.signedNames(request).contains("via"));
        assertTrue(rig.forwards("GET /w HTTP/1.0\r\n\r\n").head().value("via").startsWith("1.0 countersign-"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"remove = [Via]", "set { Via = \"1.1 me\" }"})
    void leavesViaToTheRouteThatHasItsOwnSay(String rule) {
        try (Rig ruled = new Rig(TestProxy.main("headers." + rule))) {
            List<String> via =
                    ruled.forwards(Requests.get("/w", "Via: 1.1 first")).head().values("via");
            assertEquals(rule.startsWith("set") ? List.of("1.1 me") : List.of(), via);
        }
    }

    @Test
    void tellsAClientThatWaitsToContinueOnce() {
        try (RawClient client = rig.proxy.connect()) {
            client.send(Requests.head(
                    "POST /w HTTP/1.1", "Content-Length: 4", "Expect: 100-continue", "Connection: close"));
            assertEquals(100, client.readHead().status());
            Response response = client.send("body").read();
            assertEquals(200, response.status());
            assertTrue(response.informational().isEmpty(), "100 came again");
            assertTrue(response.body().endsWith("body"));
            assertEquals("", client.readToEnd().rest());
        }
    }

    @Test
    void answersAClientThatWaitsToContinueAtOnceWhenItRefuses() {
        try (RawClient client = rig.proxy.connect()) {
            Response response = client.send(
                            Requests.head("POST /w HTTP/1.1", "Content-Length: 99999999", "Expect: 100-continue"))
                    .read();
            assertTrue(response.informational().isEmpty());
            ProblemAssert.problem(413, response);
        }
    }

    @Test
    void doesNotForwardAnExpectationThatItHasMet() {
        rig.forwards(Requests.post("/w", "body", "Expect: 100-continue"));
        List<ReceivedRequest> all = rig.upstream.requests();
        assertFalse(all.get(all.size() - 1).head().has("expect"));
    }

    @Test
    void refusesAnyOtherExpectation() {
        rig.refuses(417, Requests.post("/w", "body", "Expect: tea"));
    }

    /** All lines of the field count, and all members of each. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Expect: 100-continue\r\nExpect: tea",
                "Expect: tea\r\nExpect: 100-continue",
                "Expect: 100-continue, tea",
                "Expect: 100-continue;q=1",
                "Expect:"
            })
    void refusesAnotherExpectationBesideTheKnownOne(String lines) {
        rig.refuses(417, Requests.post("/w", "body", lines));
    }

    @Test
    void takesTheKnownExpectationTwice() {
        rig.forwards(Requests.post("/w", "body", "Expect: 100-Continue", "Expect: 100-continue"));
    }

    /** RFC 9110 section 10.1.1: from HTTP/1.0 it is ignored, and no 100 comes before the answer. */
    @ParameterizedTest
    @ValueSource(strings = {"100-continue", "tea"})
    void ignoresAnExpectationOfAnOldRequest(String expectation) {
        String old = Requests.head("POST /w HTTP/1.0", "Content-Length: 4", "Expect: " + expectation) + "body";
        Response response = rig.proxy.exchange(old);
        assertEquals(200, response.status(), response::toString);
        assertTrue(response.informational().isEmpty());
        assertFalse(last().head().has("expect"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X_Amz_Date: 20000101T000000Z", "x_amz_security_token: a", "X-Amz_Date: a"})
    void refusesAnUnderscoreForm(String line) {
        rig.refusesAndCloses(Requests.get("/w", line));
    }

    @Test
    void letsNoForwardedAddressDenyACaller() {
        try (Rig rules = new Rig("countersign.access.deny = [\"10.0.0.0/8\"]")) {
            rules.forwards(Requests.get("/w", "X-Forwarded-For: 10.1.1.1", "Forwarded: for=10.1.1.1"));
        }
    }

    @Test
    void letsNoForwardedAddressAdmitACaller() {
        try (FakeUpstream upstream = FakeUpstream.http();
                TestProxy proxy = TestProxy.start(upstream, "countersign.access.allow = [\"10.0.0.0/8\"]")) {
            Response response = proxy.exchange(
                    Requests.get("/w", "X-Forwarded-For: 10.1.1.1", "Forwarded: for=10.1.1.1", "X-Real-IP: 10.1.1.1"));
            ProblemAssert.problem(403, response).error("http_request_denied");
            assertEquals(0, upstream.connections().size());
        }
    }

    private ReceivedRequest last() {
        List<ReceivedRequest> all = rig.upstream.requests();
        return all.get(all.size() - 1);
    }

    @Test
    void doesNotInterpretAMethodOverride() {
        ReceivedRequest request = rig.forwards(Requests.post("/w", "body", "X-HTTP-Method-Override: DELETE"));
        assertEquals("POST " + TestProxy.STAGE + "/w HTTP/1.1", request.head().startLine());
    }
}
