package io.countersign.proxy.wire;

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
import io.countersign.proxy.testing.WireTest;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of a client's fields go upstream, and that none of them passes for one of ours. */
@WireTest
class HeadersTest {
    private Rig rig;

    @BeforeAll
    void start() {
        rig = new Rig();
    }

    @AfterAll
    void stop() {
        rig.close();
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
                "Upgrade: websocket",
                "Proxy-Authorization: Basic eDp5",
                "Proxy-Connection: keep-alive",
                "Proxy-Authenticate: Basic",
                "Trailer: X-T"
            })
    void removesHopByHopFields(String line) {
        String name = line.substring(0, line.indexOf(':'));
        assertFalse(rig.forwards(Requests.get("/w", line)).head().has(name), name);
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

    @Test
    void doesNotInterpretAMethodOverride() {
        ReceivedRequest request = rig.forwards(Requests.post("/w", "body", "X-HTTP-Method-Override: DELETE"));
        assertEquals("POST " + TestProxy.STAGE + "/w HTTP/1.1", request.head().startLine());
    }
}
