package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Signatures;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code service = from-scope}: requests go to the service and region that the caller's own signature names, if the route lists them. */
@WireTest
class FromScopeTest {
    private static final String SIGNED = ", SignedHeaders=host;x-amz-date, Signature=FOREIGNSIGNATURECANARY";

    private FakeUpstream upstream;

    @BeforeEach
    void open() {
        upstream = FakeUpstream.https();
    }

    @AfterEach
    void close() {
        upstream.close();
    }

    private TestProxy proxy(String... settings) {
        return TestProxy.startTo(
                upstream.url(),
                TestProxy.main("match.path-prefix = \"/never\""),
                """
                countersign.routes.aws {
                  service = from-scope, services = [dynamodb, sts, sqs, s3], regions = [us-east-1, eu-west-1, cn-north-1], buckets = [mine]
                  on-failure = relay, tls.verify = false, upstream.connect = "%s"
                }
                """.formatted(upstream.url().substring("https://".length())),
                String.join("\n", settings));
    }

    private static String v4(String scope) {
        return "AWS4-HMAC-SHA256 Credential=AKIDFOREIGN/20260101/" + scope + "/aws4_request" + SIGNED;
    }

    private static String request(String start, String authorization, String... fields) {
        List<String> lines = new ArrayList<>(List.of(start + " HTTP/1.1", "Host: 127.0.0.1:8005"));
        if (!authorization.isEmpty()) {
            lines.add("Authorization: " + authorization);
        }
        lines.addAll(List.of(fields));
        lines.add("Connection: close");
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static String scope(ReceivedRequest request) {
        return request.head()
                .value("authorization")
                .replaceFirst(".*Credential=" + TestProxy.ACCESS_KEY + "/\\d+/([^/]+/[^/]+)/.*", "$1");
    }

    @ParameterizedTest
    @CsvSource({
        "us-east-1/dynamodb, dynamodb.us-east-1.amazonaws.com",
        "eu-west-1/dynamodb, dynamodb.eu-west-1.amazonaws.com",
        "us-east-1/sts, sts.us-east-1.amazonaws.com",
        "cn-north-1/sqs, sqs.cn-north-1.amazonaws.com.cn"
    })
    void sendsWhereTheScopeSays(String scope, String host) {
        try (TestProxy proxy = proxy()) {
            Response response = proxy.exchange(request("GET /?a=b", v4(scope)));
            assertEquals(200, response.status(), response::toString);
            ReceivedRequest request = upstream.requests().get(0);
            assertEquals(scope, scope(request));
            assertEquals(host, request.head().value("host"));
            Signatures.verify(request);
        }
    }

    @Test
    void eachServiceHasItsOwnTerms() {
        try (TestProxy proxy = proxy("countersign.routes.aws.payload = unsigned")) {
            String put = "PUT /mine/%7Ek%2Fey";
            assertEquals(
                    200,
                    proxy.exchange(request(put, v4("us-east-1/s3"), "Content-Length: 1") + "x")
                            .status());
            assertEquals(
                    200,
                    proxy.exchange(request(put, v4("us-east-1/sts"), "Content-Length: 1") + "x")
                            .status());
            ReceivedRequest toS3 = upstream.requests().get(0);
            ReceivedRequest toSts = upstream.requests().get(1);
            assertEquals("s3.us-east-1.amazonaws.com", toS3.head().value("host"));
            assertEquals("/mine/~k/ey", toS3.head().target());
            assertEquals("UNSIGNED-PAYLOAD", toS3.head().value("x-amz-content-sha256"));
            assertEquals("/mine/%7Ek%2Fey", toSts.head().target());
            assertEquals(64, toSts.head().value("x-amz-content-sha256").length());
            Signatures.verify(toS3);
            Signatures.verify(toSts);
        }
    }

    @Test
    void nothingOfTheCallersSignatureIsSent() {
        for (String form :
                List.of("", "signature = v4a", "signature-in = query", "payload = unsigned", "sign-token = false")) {
            try (TestProxy proxy = proxy("countersign.routes.aws { " + form + " }")) {
                Response response = proxy.exchange(request(
                        "GET /mine/k",
                        v4("us-east-1/s3"),
                        "X-Amz-Date: 20200101T000000Z",
                        "X-Amz-Security-Token: FOREIGNTOKENCANARY",
                        "X-Amz-S3session-Token: FOREIGNTOKENCANARY",
                        "X-Amz-Region-Set: foreign-region-1",
                        "X-Amz-Content-Sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
                assertEquals(200, response.status(), () -> form + response);
                String text = upstream.requests()
                        .get(upstream.requests().size() - 1)
                        .head()
                        .text();
                for (String foreign : List.of("FOREIGN", "20200101", "foreign-region")) {
                    assertFalse(text.contains(foreign), () -> form + "\n" + text);
                }
                assertTrue(text.contains("us-east-1"), () -> form + "\n" + text);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'us-east-1, eu-west-1', eu-west-1, eu-west-1",
        "us-east-1, us-east-1, us-east-1",
        "us-east-1, *, us-east-1",
        "us-east-1, 'us-east-1,eu-west-1', us-east-1"
    })
    void takesTheRegionOfASignatureForSeveralFromItsSet(String regions, String set, String region) {
        try (TestProxy proxy = proxy("countersign.routes.aws.regions = [" + regions + "]")) {
            Response response = proxy.exchange(request(
                    "GET /",
                    "AWS4-ECDSA-P256-SHA256 Credential=AKID/20260101/sts/aws4_request" + SIGNED,
                    "X-Amz-Region-Set: " + set));
            assertEquals(200, response.status(), response::toString);
            assertEquals(region + "/sts", scope(upstream.requests().get(0)));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "us-east-1,eu-west-1 | names no single region",
                "* | names no single region",
                "us-west-2 | signed for the region us-west-2",
            })
    void refusesASetThatNamesNoneOfTheRegions(String set, String why) {
        refused(
                "AWS4-ECDSA-P256-SHA256 Credential=AKID/20260101/sts/aws4_request" + SIGNED,
                why,
                "X-Amz-Region-Set: " + set);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "us-east-1/secretsmanager | signed for the service secretsmanager, and the route sends to dynamodb, s3, sqs, sts",
                "us-west-2/sts | signed for the region us-west-2, and the route sends to cn-north-1, eu-west-1, us-east-1",
                "us-east-1/execute-api | signed for the service execute-api",
                "us-east-1.evil.example/sts | KEY/DATE/REGION/SERVICE/aws4_request",
                "us-east-1#/sts | KEY/DATE/REGION/SERVICE/aws4_request",
                "x/us-east-1/sts | KEY/DATE/REGION/SERVICE/aws4_request",
                "sts | KEY/DATE/REGION/SERVICE/aws4_request",
                "US-EAST-1/sts | KEY/DATE/REGION/SERVICE/aws4_request",
                "*/sts | KEY/DATE/REGION/SERVICE/aws4_request",
                "us-east-1/* | KEY/DATE/REGION/SERVICE/aws4_request",
                "us-east-1/ | KEY/DATE/REGION/SERVICE/aws4_request",
            })
    void sendsNothingAnywhereElse(String scope, String why) {
        refused(v4(scope), why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer abc",
                "Basic dXNlcjpwYXNz",
                "AWS AKID:signature",
                "AWS4-HMAC-SHA512 Credential=AKID/20260101/us-east-1/sts/aws4_request" + SIGNED,
                " "
            })
    void refusesWhatHasNoScope(String authorization) {
        refused(authorization.strip(), "it has none in its Authorization");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AWS4-HMAC-SHA256 SignedHeaders=host, Signature=ab",
                "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/sts/aws4_request, Credential=AKID/20260101/us-east-1/sqs/aws4_request",
                "AWS4-HMAC-SHA256 Credential=AKID/2026/us-east-1/sts/aws4_request",
                "AWS4-HMAC-SHA256 Credential=/20260101/us-east-1/sts/aws4_request",
                "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/sts/aws4",
                "AWS4-ECDSA-P256-SHA256 Credential=AKID/20260101/us-east-1/sts/aws4_request",
            })
    void refusesAScopeThatIsMalformed(String authorization) {
        refused(authorization, "SERVICE/aws4_request, given once");
    }

    @Test
    void refusesTwoScopes() {
        refused(v4("us-east-1/sts"), "more than one Authorization", "Authorization: " + v4("us-east-1/sqs"));
    }

    private void refused(String authorization, String why, String... fields) {
        try (TestProxy proxy = proxy()) {
            for (String start : List.of("GET /", "POST /")) {
                Response response = proxy.exchange(request(start, authorization, fields));
                assertEquals(403, response.status(), response::toString);
                assertTrue(response.body().contains(why), response::body);
                assertTrue(response.body().contains("service = from-scope"), response::body);
                assertFalse(response.toString().contains("CANARY"), response::toString);
            }
            assertEquals(List.of(), upstream.requests());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20260101%2Fus-east-1%2Fsts%2Faws4_request",
                "X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Region-Set=us-east-1",
                "X-Amz-Signature=abc",
                "x-amz-s3session-token=abc"
            })
    void refusesAPresignedUrl(String query) {
        try (TestProxy proxy = proxy()) {
            for (String authorization : List.of("", v4("us-east-1/sts"))) {
                Response response = proxy.exchange(request("GET /?" + query, authorization));
                assertEquals(400, response.status(), response::toString);
                assertTrue(response.body().contains("a signature of its own"), response::body);
            }
            assertEquals(List.of(), upstream.requests());
        }
    }

    @Test
    void sendsToTheBucketsThatAreNamed() {
        try (TestProxy proxy = proxy()) {
            String s3 = v4("us-east-1/s3");
            assertEquals(200, proxy.exchange(request("GET /mine/k", s3)).status());
            assertEquals(403, proxy.exchange(request("GET /other/k", s3)).status());
            assertEquals(403, proxy.exchange(request("GET /", s3)).status());
            assertEquals(
                    200, proxy.exchange(request("GET /", v4("us-east-1/sqs"))).status());
            assertEquals(2, upstream.requests().size());
        }
    }

    /** A request without a body may be sent by anybody who reaches the port; the hosts stay those of the route. */
    @Test
    void hostSaysNothing() {
        try (TestProxy proxy = proxy()) {
            String to =
                    "GET http://sns.us-east-1.amazonaws.com/ HTTP/1.1\r\nHost: sns.us-east-1.amazonaws.com\r\nAuthorization: "
                            + v4("us-east-1/sts") + "\r\nConnection: close\r\n\r\n";
            assertEquals(421, proxy.exchange(to).status());
            assertEquals(List.of(), upstream.requests());
        }
    }

    @Test
    void connectionsAreKeptForEachHost() {
        try (TestProxy proxy = proxy()) {
            for (int i = 0; i < 3; i++) {
                proxy.exchange(request("GET /", v4("us-east-1/sts")));
                proxy.exchange(request("GET /", v4("us-east-1/sqs")));
            }
            assertEquals(2, upstream.connections().size());
        }
    }
}
