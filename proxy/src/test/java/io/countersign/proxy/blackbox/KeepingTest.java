package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an agent that writes is told so that it keeps its data, and what a reader is told in the same case. */
@WireTest
class KeepingTest {
    private static final String LIMIT =
            "{\"message\":\"per-user series limit of 2000000 exceeded, please contact administrator to raise it\"}";

    /** A service, what it answers, and its status. */
    static Stream<Arguments> causesOutsideTheAgent() {
        String expired = "{\"message\":\"The security token included in the request is expired\"}";
        return Stream.of(
                Arguments.of("es", 403, "x-amzn-RequestId: 1\r\n", expired),
                Arguments.of("es", 403, "", expired.replace("expired", "invalid.")),
                Arguments.of(
                        "es", 403, "", "{\"message\":\"Credential should be scoped to a valid region, not 'x'. \"}"),
                Arguments.of(
                        "aoss",
                        403,
                        "x-request-id: 1\r\nx-aoss-response-hint: X01:gw-helper-deny\r\n",
                        "{\"status\":403,\"error\":{\"reason\":\"403 Forbidden\",\"type\":\"Forbidden\"}}"),
                Arguments.of("osis", 403, "", "The security token included in the request is expired"),
                Arguments.of(
                        "logs",
                        400,
                        "Content-Type: application/x-amz-json-1.1\r\nx-amzn-RequestId: 1\r\n",
                        "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}"),
                Arguments.of(
                        "logs", 400, "x-amzn-ErrorType: ThrottlingException\r\n", "{\"message\":\"Rate exceeded\"}"),
                Arguments.of(
                        "execute-api", 403, "x-amzn-ErrorType: ForbiddenException\r\n", "{\"message\":\"Forbidden\"}"),
                Arguments.of("execute-api", 500, "", "{\"message\":\"Internal server error\"}"),
                Arguments.of(
                        "execute-api", 500, "x-amzn-ErrorType: InternalServerErrorException\r\n", "{\"message\":null}"),
                Arguments.of("aps", 429, "", "{\"message\":\"Ingestion rate exceeded\"}"),
                Arguments.of("aps", 429, "", LIMIT),
                Arguments.of("aps", 400, "", LIMIT));
    }

    @ParameterizedTest
    @MethodSource("causesOutsideTheAgent")
    void aWriteIsTriedAgainAndAReadIsToldTheError(String service, int status, String fields, String body) {
        try (Rig rig = to(service)) {
            rig.upstream.script(Script.always(answer(status, fields, body)));
            ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/api/v1/write", "body")))
                    .error("destination_unavailable")
                    .received(status)
                    .retryAfter();
            for (String read : List.of(Requests.get("/x"), Requests.post("/api/v1/query", "query=up"))) {
                assertEquals(status, rig.proxy.exchange(read).status());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            execute-api | 500 | {"message":"Internal server error","trace":"x"}
            execute-api | 500 | boom
            execute-api | 400 | {"__type":"ThrottlingException","message":"Rate exceeded"}
            execute-api | 403 | {"message":"not for you"}
            execute-api | 404 | {"message":"Not Found"}
            aps | 400 | {"message":"out of order sample"}
            es | 400 | {"error":{"type":"mapper_parsing_exception","reason":"failed to parse"},"status":400}
            es | 404 | {"error":{"type":"index_not_found_exception"},"status":404}
            """)
    void aVerdictOnTheWriteItselfPasses(String service, int status, String body) {
        try (Rig rig = to(service)) {
            rig.upstream.script(Script.always(answer(status, "", body)));
            Response response = rig.proxy.exchange(Requests.post("/api/v1/write", "body"));
            assertEquals(status, response.status());
            assertEquals(body, response.body());
        }
    }

    @Test
    void anSdksOwnRequestIsToldTheError() {
        try (Rig rig = to("execute-api")) {
            rig.upstream.script(Script.always(
                    answer(403, "x-amzn-ErrorType: ExpiredTokenException\r\n", "{\"message\":\"expired\"}")));
            Response response = rig.proxy.exchange(Requests.post(
                    "/w", "body", "Authorization: AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=y"));
            assertEquals(403, response.status());
        }
    }

    /** An agent sends its queue in order: a batch that can never pass must not hold up all that follows. */
    @Test
    void aBatchOverALimitIsHeldAndThenGivenUp() {
        try (Rig rig = to("aps", TestProxy.main("hold-at-most = 1 s"))) {
            rig.upstream.script((request, connection) ->
                    connection.send(request.body().equals("new") ? answer(429, "", LIMIT) : Script.ok("taken")));
            ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/w", "new")))
                    .received(429)
                    .details("series limit")
                    .retryAfter();
            assertEquals(200, rig.proxy.exchange(Requests.post("/w", "old")).status());

            Await.until(
                    "the batch to be given up",
                    () -> rig.proxy.exchange(Requests.post("/w", "new")).status() == 400);
            Response givenUp = rig.proxy.exchange(Requests.post("/w", "new"));
            ProblemAssert.problem(400, givenUp).received(429);
            assertTrue(givenUp.body().contains("per-user series limit of 2000000"), givenUp::body);
            assertEquals(200, rig.proxy.exchange(Requests.post("/w", "old")).status());
        }
    }

    @Test
    void aHoldOfNoTimeTellsTheAgentAtOnce() {
        try (Rig rig = to("aps", TestProxy.main("hold-at-most = 0 s"))) {
            rig.upstream.script(Script.always(answer(429, "", LIMIT)));
            ProblemAssert.problem(400, rig.proxy.exchange(Requests.post("/w", "new")));
        }
    }

    @Test
    void aCallerOnNoListKeepsItsData() {
        try (Rig rig = new Rig("countersign.access.allow = [\"10.0.0.1\"]")) {
            ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/w", "body")))
                    .error("http_request_denied")
                    .retryAfter();
            ProblemAssert.problem(403, rig.proxy.exchange(Requests.get("/w")));
            ProblemAssert.problem(403, rig.proxy.exchange(Requests.post("/w", "body", "Origin: http://127.0.0.1")));
        }
        try (Rig rig = new Rig("countersign.access { allow = [\"10.0.0.1\"], unlisted-status = 403 }")) {
            ProblemAssert.problem(403, rig.proxy.exchange(Requests.post("/w", "body")));
        }
    }

    @Test
    void aCallerThatADenyEntryNamesIsToldSo() {
        try (Rig rig = new Rig("countersign.access.deny = [\"127.0.0.1\"]")) {
            ProblemAssert.problem(403, rig.proxy.exchange(Requests.post("/w", "body")));
        }
        try (Rig rig = new Rig("countersign.access { deny = [\"127.0.0.1\"], deny-status = 503 }")) {
            ProblemAssert.problem(503, rig.proxy.exchange(Requests.get("/w"))).retryAfter();
        }
    }

    @Test
    void anOperatorsSlipCostsNoData() {
        try (Rig rig = new Rig(TestProxy.main("match.path-prefix = \"/elsewhere\""))) {
            ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/w", "body")))
                    .details("no route")
                    .retryAfter();
            ProblemAssert.problem(404, rig.proxy.exchange(Requests.get("/w")));
        }
        try (Rig rig = new Rig("countersign.access.allowed-hosts = [other]")) {
            ProblemAssert.problem(503, rig.proxy.exchange(Requests.post("/w", "body")))
                    .details("access.allowed-hosts")
                    .retryAfter();
            ProblemAssert.problem(421, rig.proxy.exchange(Requests.get("/w")));
        }
    }

    private static Rig to(String service, String... settings) {
        String[] all = new String[settings.length + 1];
        all[0] = TestProxy.main("service = " + service);
        System.arraycopy(settings, 0, all, 1, settings.length);
        return new Rig(all);
    }

    private static String answer(int status, String fields, String body) {
        return "HTTP/1.1 " + status + " Own\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }
}
