package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.Canaries;
import io.countersign.proxy.testing.Case;
import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.Signatures;
import io.countersign.proxy.testing.TestProxy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What follows AWS's own no: a new signature where that can help, once, and an answer that makes the agent keep its data.
 * The backend's no, a firewall's and an authorizer's are theirs to give, and go through untouched.
 */
@BlackBox
class RejectionRetryTest {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);
    private static final String MISMATCH = rejection(
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access "
                    + "Key and signing method. Consult the service documentation for details.");

    static List<Case> rejectionsWorthOneMoreAttempt() {
        return List.of(
                new Case(
                        "ExpiredTokenException",
                        rejection("ExpiredTokenException", "The security token included in the request is expired")),
                new Case(
                        "UnrecognizedClientException",
                        rejection(
                                "UnrecognizedClientException",
                                "The security token included in the request is invalid.")),
                new Case("InvalidSignatureException", MISMATCH),
                new Case(
                        "SignatureDoesNotMatch",
                        rejection(
                                "SignatureDoesNotMatch",
                                "The request signature we calculated does not match the signature you provided.")));
    }

    static List<Case> rejectionsThatNothingHelps() {
        return List.of(
                new Case(
                        "AccessDeniedException",
                        rejection(
                                "AccessDeniedException",
                                "User: arn:aws:iam::123456789012:user/x is not authorized to perform: execute-api:Invoke "
                                        + "on resource: arn:aws:execute-api:us-east-1:********9012:abc123/stage/POST/w")),
                new Case("ForbiddenException", rejection("ForbiddenException", "Forbidden")),
                new Case(
                        "MissingAuthenticationTokenException",
                        rejection("MissingAuthenticationTokenException", "Missing Authentication Token")),
                new Case(
                        "IncompleteSignatureException",
                        rejection(
                                "IncompleteSignatureException",
                                "Authorization header requires 'Signature' parameter.")));
    }

    static List<Case> answersOfOthers() {
        return List.of(
                new Case("bare Forbidden of an HTTP API", answer(403, "", "{\"message\":\"Forbidden\"}")),
                new Case(
                        "authorizer",
                        rejection("AccessDeniedException", "User is not authorized to access this resource")),
                new Case("backend's 403", answer(403, "Content-Type: text/plain\r\n", "not for you")),
                new Case("backend's 401", answer(401, "", "{\"message\":\"Unauthorized\"}")),
                new Case("backend's 400", answer(400, "", "{\"message\":\"bad sample\"}")));
    }

    @ParameterizedTest
    @MethodSource("rejectionsWorthOneMoreAttempt")
    void sendsAgainAtMostOnceAndTellsTheAgentToKeepItsData(Case rejection, Rig rig) {
        rig.upstream.script(Script.always(rejection.bytes()));
        ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/w", "body")))
                .error("destination_unavailable")
                .received(403)
                .details(rejection.name())
                .retryAfter();
        List<ReceivedRequest> all = rig.upstream.requests();
        assertTrue(all.size() <= 2, all.size() + " attempts");
        all.forEach(request -> assertEquals("body", request.body()));
        all.forEach(Signatures::verify);
    }

    @ParameterizedTest
    @MethodSource("rejectionsThatNothingHelps")
    void neverSendsAgainWhatNothingHelps(Case rejection, Rig rig) {
        rig.upstream.script(Script.always(rejection.bytes()));
        ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/w", "body")))
                .error("destination_unavailable")
                .received(403)
                .details(rejection.name())
                .retryAfter();
        rig.upstream.request();
    }

    @ParameterizedTest
    @MethodSource("answersOfOthers")
    void relaysWhatIsNotAboutTheSignature(Case answer, Rig rig) {
        rig.upstream.script(Script.always(answer.bytes()));
        Response response = rig.proxy.exchange(Requests.post("/w", "body"));
        assertEquals(answer.bytes().substring(9, 12), String.valueOf(response.status()));
        assertTrue(answer.bytes().endsWith("\r\n\r\n" + response.body()), response.body());
        rig.upstream.request();
    }

    @Test
    void signsAnewAfterAMismatchAndSendsTheWholeBodyAgain(Rig rig) {
        rig.upstream.script((request, connection) ->
                connection.send(rig.upstream.requests().size() == 1 ? MISMATCH : Script.ok("taken")));
        Response response = rig.proxy.exchange(Requests.put("/w?a=b", "body", "X-Amz-Meta-A: 1"));
        assertEquals("taken", response.body());
        List<ReceivedRequest> all = rig.upstream.requests();
        assertEquals(2, all.size());
        assertEquals(all.get(0).head().target(), all.get(1).head().target());
        assertEquals("body", all.get(1).body());
        all.forEach(Signatures::verify);
    }

    @Test
    void correctsItsClockByTheServicesAndKeepsItSo() {
        Duration ahead = Duration.ofMinutes(10);
        try (Rig rig = new Rig()) {
            rig.upstream.script((request, connection) -> {
                Instant service = Instant.now().plus(ahead);
                Instant signed = signedAt(request);
                boolean skewed = Duration.between(signed, service).abs().compareTo(Duration.ofMinutes(5)) > 0;
                connection.send(skewed ? expiredAt(service, signed) : Script.ok("taken"));
            });
            assertEquals("taken", rig.proxy.exchange(Requests.put("/w", "body")).body());
            assertEquals(2, rig.upstream.requests().size());
            rig.upstream.requests().forEach(Signatures::verify);

            assertEquals("taken", rig.proxy.exchange(Requests.put("/w", "body")).body());
            assertEquals(3, rig.upstream.requests().size(), "the next request is signed by the corrected clock");
        }
    }

    /** Behind an API stands an application, and a response of its may only look like a rejection. */
    @Test
    void leavesThePostBehindAnApiToTheAgentsOwnRetry() {
        Duration ahead = Duration.ofMinutes(10);
        try (Rig rig = new Rig()) {
            rig.upstream.script((request, connection) -> {
                Instant service = Instant.now().plus(ahead);
                Instant signed = signedAt(request);
                boolean skewed = Duration.between(signed, service).abs().compareTo(Duration.ofMinutes(5)) > 0;
                connection.send(skewed ? expiredAt(service, signed) : Script.ok("taken"));
            });
            Response first = rig.proxy.exchange(Requests.post("/w", "body"));
            ProblemAssert.problem(503, first).received(403);
            assertEquals("1", first.head().value("retry-after"));
            assertEquals(1, rig.upstream.requests().size(), "never sent twice");

            assertEquals(
                    "taken", rig.proxy.exchange(Requests.post("/w", "body")).body());
            assertEquals(2, rig.upstream.requests().size());
            rig.upstream.requests().forEach(Signatures::verify);
        }
    }

    /** What a second try did not help with is tried once from then on, until something changes. */
    @Test
    void triesOnceOnlyAfterARemedyHasFailed(Rig rig) {
        rig.upstream.script(Script.always(MISMATCH));
        ProblemAssert.problem(503, rig.proxy.exchange(Requests.put("/w", "body")));
        assertEquals(2, rig.upstream.requests().size());
        for (int i = 0; i < 5; i++) {
            ProblemAssert.problem(503, rig.proxy.exchange(Requests.put("/w", "body")));
        }
        assertEquals(7, rig.upstream.requests().size(), "one try each");

        rig.upstream.script(Script.always(Script.ok("taken")));
        assertEquals("taken", rig.proxy.exchange(Requests.put("/w", "body")).body());
        rig.upstream.script(Script.always(MISMATCH));
        ProblemAssert.problem(503, rig.proxy.exchange(Requests.put("/w", "body")));
        assertEquals(10, rig.upstream.requests().size(), "after a success two tries again");
    }

    @Test
    void relaysRejectionsWhereTheRouteSaysSoWithoutOurToken() {
        try (Rig rig = new Rig(TestProxy.main("on-failure = relay"))) {
            rig.upstream.script((request, connection) -> connection.send(repeatingTheToken(request)));
            Response response = rig.proxy.exchange(Requests.post("/w", "body"));
            assertEquals(403, response.status());
            assertTrue(response.body().contains("The request signature we calculated does not match"), response.body());
            assertFalse(Canaries.in(response.toString()), response.toString());
            assertTrue(response.complete());
        }
    }

    @Test
    void tellsNothingOfTheTokenInItsOwnAnswer(Rig rig) {
        rig.upstream.script((request, connection) -> connection.send(repeatingTheToken(request)));
        ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/w", "body")))
                .received(403);
    }

    @Test
    void knowsTheFormOfJsonServices() {
        assertRejection(
                400,
                "ExpiredTokenException",
                answer(
                        400,
                        "Content-Type: application/x-amz-json-1.0\r\n",
                        "{\"__type\":\"com.amazon.coral.service#ExpiredTokenException\",\"message\":\"The security token "
                                + "included in the request is expired\"}"),
                TestProxy.main("service = dynamodb"),
                TestProxy.main("on-failure = keep-data"));
    }

    @Test
    void knowsTheFormOfS3() {
        assertRejection(
                403,
                "RequestTimeTooSkewed",
                answer(
                        403,
                        "Content-Type: application/xml\r\n",
                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>RequestTimeTooSkewed</Code><Message>The "
                                + "difference between the request time and the current time is too large.</Message></Error>"),
                TestProxy.main("service = s3"),
                TestProxy.main("on-failure = keep-data"));
    }

    @Test
    void knowsATypeWithASuffix() {
        assertRejection(
                403,
                "ExpiredTokenException",
                rejection(
                        "ExpiredTokenException:http://internal.amazon.com/coral/com.amazon.coral.service/",
                        "The security token included in the request is expired"));
    }

    private static void assertRejection(int received, String type, String answer, String... settings) {
        try (Rig rig = new Rig(FakeUpstream.http(), settings)) {
            rig.upstream.script(Script.always(answer));
            ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/w", "body")))
                    .received(received)
                    .details(type)
                    .retryAfter();
            assertTrue(rig.upstream.requests().size() <= 2);
        }
    }

    private static String expiredAt(Instant service, Instant signed) {
        return answer(
                403,
                "Date: " + HTTP_DATE.format(service) + "\r\nx-amzn-ErrorType: InvalidSignatureException\r\n",
                "{\"message\":\"Signature expired: " + STAMP.format(signed) + " is now earlier than "
                        + STAMP.format(service.minus(Duration.ofMinutes(5))) + " (" + STAMP.format(service)
                        + " - 5 min.)\"}");
    }

    private static String repeatingTheToken(ReceivedRequest request) {
        return rejection(
                "InvalidSignatureException",
                "The request signature we calculated does not match the signature you provided.\\n\\nThe Canonical String "
                        + "for this request should have been\\n'POST\\n/stage/w\\n\\nhost:x\\nx-amz-security-token:"
                        + request.head().value("x-amz-security-token") + "\\n\\nhost\\nabc'\\n");
    }

    private static Instant signedAt(ReceivedRequest request) {
        return Instant.from(STAMP.parse(request.head().value("x-amz-date")));
    }

    private static String rejection(String type, String message) {
        return answer(
                403,
                "Content-Type: application/json\r\nx-amzn-RequestId: 3f6c\r\nx-amzn-ErrorType: " + type + "\r\n",
                "{\"message\":\"" + message + "\"}");
    }

    private static String answer(int status, String fieldLines, String body) {
        return "HTTP/1.1 " + status + " No\r\n" + fieldLines + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }
}
