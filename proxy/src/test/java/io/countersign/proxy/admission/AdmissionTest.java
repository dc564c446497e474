package io.countersign.proxy.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.CompiledSnapshot;
import io.countersign.proxy.fields.CrossOrigin;
import io.countersign.proxy.local.LocalCause;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every check, the order in which they are made, and the last good and first bad value of each limit. */
class AdmissionTest {
    private static CompiledSnapshot snapshot;

    @BeforeAll
    static void compile() throws Exception {
        snapshot = new CompiledSnapshot("""
                listeners = [ { bind = "127.0.0.1:0" } ], admin { bind = "127.0.0.1:0" }
                credentials { default { access-key-id = AKIDEXAMPLE, secret-access-key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00 } }
                limits { body = 1000 B, max-target-bytes = 100 B, max-headers = 10 }
                routes {
                  main { match.path-prefix = "/w", match.methods = [GET, POST], cors = ["https://app.example"]
                         upstream = "https://abc.execute-api.us-east-1.amazonaws.com", service = execute-api, region = us-east-1 }
                  chat { match.path-prefix = "/chat", websocket = true, upstream = "http://127.0.0.1:9", auth = none }
                  plain { match.path-prefix = "/plain", upstream = "http://127.0.0.1:9", auth = none }
                }
                """);
    }

    @AfterAll
    static void close() {
        snapshot.close();
    }

    @Test
    void admitsASoundRequestToItsRoute() {
        Admitted admitted = admitted(Requested.get("/w/x?a=b"));

        assertEquals("main", admitted.route().name());
        assertEquals("/w/x", admitted.head().target().path());
        assertEquals(Optional.of("a=b"), admitted.head().target().query());
        assertEquals("localhost", admitted.head().host());
        assertEquals(Optional.empty(), admitted.reader());
        assertFalse(admitted.findings().mayHaveBody());
    }

    @Test
    void refusesInTheOrderOfTheChecks() {
        record Step(LocalCause cause, UnaryOperator<Requested> fault) {}
        List<Step> steps = List.of(
                new Step(LocalCause.DENIED, Requested::deniedBefore),
                new Step(LocalCause.MALFORMED, r -> r.with("x-amz_date", "1")),
                new Step(LocalCause.LOOP, r -> r.with("via", "1.1 countersign-here")),
                new Step(LocalCause.MISDIRECTED, r -> r.without("host").with("host", "elsewhere.example")),
                new Step(LocalCause.DRAINING, Requested::tooLate),
                new Step(LocalCause.BROWSER, r -> r.with("origin", "https://evil.example")),
                new Step(LocalCause.EXPECTATION, r -> r.with("expect", "200-ok")),
                new Step(LocalCause.UNSUPPORTED, r -> r.with("upgrade", "websocket")),
                new Step(LocalCause.BODY_TOO_LARGE, r -> r.with("content-length", "1001")));
        for (int first = 0; first < steps.size(); first++) {
            Requested request = Requested.of("POST", "/w");
            for (int i = steps.size() - 1; i >= first; i--) {
                request = steps.get(i).fault().apply(request);
            }
            assertEquals(steps.get(first).cause(), cause(request));
        }
    }

    @Test
    void refusesWhatCouldNotBeDecoded() {
        Refused refused = refused(Requested.decoded("GET /w HTTP/3.0\r\n\r\n"));

        assertEquals(LocalCause.VERSION, refused.response().cause());
        assertTrue(refused.findings().target().isEmpty());
        assertTrue(refused.findings().mayHaveBody());
    }

    @Test
    void refusesMethodsThatAreNeverForwarded() {
        assertEquals(LocalCause.METHOD, cause(Requested.of("TRACE", "/w")));
        Refused refused = refused(Requested.of("BREW", "/w"));
        assertEquals(
                "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS",
                refused.response().allow());
    }

    @Test
    void takesNothingThatLastsWhileTheProcessDrains() {
        Requested upgrade = Requested.get("/chat")
                .with("connection", "Upgrade")
                .with("upgrade", "websocket")
                .with("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        admitted(upgrade);
        assertEquals(LocalCause.DRAINING, cause(upgrade.whileDraining()));
        admitted(Requested.get("/w").whileDraining());
        // What it could not have anyway is said first.
        assertEquals(
                LocalCause.UNSUPPORTED,
                cause(Requested.get("/w").with("upgrade", "websocket").whileDraining()));
    }

    @Test
    void refusesMethodsThatTheRouteDoesNotTake() {
        Refused refused = refused(Requested.of("DELETE", "/w"));

        assertEquals(LocalCause.METHOD, refused.response().cause());
        assertEquals("GET, POST", refused.response().allow());
    }

    @Test
    void refusesAPathThatNoRouteTakes() {
        Refused refused = refused(Requested.get("/elsewhere"));

        assertEquals(LocalCause.NO_ROUTE, refused.response().cause());
        assertTrue(refused.findings().route().isEmpty());
        assertEquals("/elsewhere", refused.findings().target().orElseThrow().path());
    }

    @Test
    void takesATargetUpToItsLimit() {
        admitted(Requested.get("/w/" + "x".repeat(97)));
        assertEquals(LocalCause.TARGET_TOO_LONG, cause(Requested.get("/w/" + "x".repeat(98))));
    }

    @Test
    void takesABodyUpToItsLimitAndAChunkedOneOfAnyLength() {
        assertEquals(
                1000,
                admitted(Requested.of("POST", "/w").with("content-length", 1000))
                        .head()
                        .contentLength());
        assertEquals(LocalCause.BODY_TOO_LARGE, cause(Requested.of("POST", "/w").with("content-length", 1001)));
        assertEquals(
                -1,
                admitted(Requested.of("POST", "/w").with("transfer-encoding", "chunked"))
                        .head()
                        .contentLength());
    }

    @Test
    void takesFieldsUpToTheirLimit() {
        Requested ten = Requested.get("/w");
        for (int i = 0; i < 9; i++) {
            ten.with("x-" + i, "1");
        }
        admitted(ten);
        assertEquals(LocalCause.HEAD_TOO_LARGE, cause(ten.with("x-10", "1")));
    }

    @Test
    void takesTheAddressForTheHostThatHttp10DoesNotName() {
        assertEquals("127.0.0.1", admitted(Requested.http10("/w")).head().host());
        assertEquals(LocalCause.MALFORMED, cause(Requested.http10("/w").nowhere()));
        assertEquals(LocalCause.MALFORMED, cause(Requested.get("/w").without("host")));
    }

    @Test
    void refusesWhatIsSignedOrFramedForAnotherOnlyWhereWeSign() {
        assertEquals(LocalCause.MALFORMED, cause(Requested.get("/w?X-Amz-Signature=0")));
        admitted(Requested.get("/plain?X-Amz-Signature=0"));
        assertEquals(LocalCause.UNSUPPORTED, cause(Requested.of("POST", "/w").with("content-encoding", "aws-chunked")));
        admitted(Requested.of("POST", "/plain").with("content-encoding", "aws-chunked"));
    }

    @Test
    void ignoresExpectAndUpgradeOfHttp10() {
        admitted(Requested.http10("/w").with("expect", "200-ok").with("upgrade", "websocket"));
    }

    @Test
    void letsPagesOfAListedOriginReadTheResponse() {
        assertEquals(
                Optional.of("https://app.example"),
                admitted(Requested.get("/w").with("origin", "https://app.example"))
                        .reader()
                        .map(CrossOrigin::origin));
        assertEquals(
                Optional.empty(),
                admitted(Requested.get("/w").with("origin", "http://localhost:8005"))
                        .reader());
    }

    @Test
    void recognisesAPreflightByTheMethodThatIsToFollow() {
        Preflight preflight = assertInstanceOf(
                Preflight.class,
                Requested.of("OPTIONS", "/w")
                        .with("origin", "https://app.example")
                        .with("access-control-request-method", "POST")
                        .with("access-control-request-headers", "x-a, x-b")
                        .decide(snapshot));

        assertEquals("POST", preflight.method());
        assertEquals(Optional.of("x-a, x-b"), preflight.fields());
        assertEquals("main", preflight.findings().route().orElseThrow().name());
        assertEquals(
                LocalCause.METHOD,
                cause(Requested.of("OPTIONS", "/w")
                        .with("origin", "https://app.example")
                        .with("access-control-request-method", "DELETE")
                        .without("origin")));
    }

    @Test
    void keepsTheDataOfWritesEvenWhereNoRouteIsKnown() {
        assertTrue(refused(Requested.of("POST", "/elsewhere")).findings().keepsData());
        assertFalse(refused(Requested.get("/elsewhere")).findings().keepsData());
        assertFalse(refused(Requested.of("POST", "/elsewhere").with("authorization", "AWS4-HMAC-SHA256 x"))
                .findings()
                .keepsData());
    }

    private static Admitted admitted(Requested request) {
        return assertInstanceOf(Admitted.class, request.decide(snapshot));
    }

    private static Refused refused(Requested request) {
        return assertInstanceOf(Refused.class, request.decide(snapshot));
    }

    private static LocalCause cause(Requested request) {
        return refused(request).response().cause();
    }
}
