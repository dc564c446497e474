package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Signatures;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code upstream = from-host}: requests go where their Host says, as long as that is a host of AWS. */
@WireTest
class FromHostTest {
    private static final String API = "abc123.execute-api.eu-west-1.amazonaws.com";

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
                "countersign.routes.any { on-failure = relay, match.hosts = [aws], buckets = [\"*\"], tls.verify = false, upstream { url = from-host, connect = \""
                        + upstream.url().substring("https://".length()) + "\" } }",
                String.join("\n", settings));
    }

    private static String get(String host, String path) {
        return head("GET " + path + " HTTP/1.1", "Host: " + host, "Connection: close");
    }

    private static String head(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static String scope(ReceivedRequest request) {
        String authorization = request.head().value("authorization");
        return authorization.replaceFirst(".*Credential=[^/]+/\\d+/([^/]+/[^/]+)/.*", "$1");
    }

    @ParameterizedTest
    @CsvSource({
        "abc123.execute-api.eu-west-1.amazonaws.com, eu-west-1/execute-api",
        "ABC123.Execute-API.eu-west-1.amazonaws.com, eu-west-1/execute-api",
        "abc123.execute-api.eu-west-1.amazonaws.com:443, eu-west-1/execute-api",
        "aps-workspaces.us-east-1.amazonaws.com, us-east-1/aps",
        "search-x-abc.eu-central-1.es.amazonaws.com, eu-central-1/es",
        "s3.amazonaws.com, us-east-1/s3",
        "bucket.with.dots.s3.eu-west-1.amazonaws.com, eu-west-1/s3",
        "sqs.us-west-2.amazonaws.com, us-west-2/sqs",
        "vpce-1.execute-api.eu-west-1.vpce.amazonaws.com, eu-west-1/execute-api",
        "logs.cn-north-1.amazonaws.com.cn, cn-north-1/logs"
    })
    void signsForTheServiceAndRegionOfTheHost(String host, String scope) {
        try (TestProxy proxy = proxy()) {
            Response response = proxy.exchange(get(host, "/x/y?b=1&a=2"));
            assertEquals(200, response.status(), response::toString);
            ReceivedRequest request = upstream.requests().get(0);
            assertEquals(scope, scope(request));
            assertEquals(
                    host.toLowerCase(Locale.ROOT).replace(":443", ""),
                    request.head().value("host"));
            assertEquals("/x/y?b=1&a=2", request.head().target());
            Signatures.verify(request);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com",
                "localhost.example",
                "169.254.169.254",
                "[fd00:ec2::254]",
                "10.0.0.1",
                "instance-data.ec2.internal",
                "amazonaws.com",
                "execute-api.eu-west-1.amazonaws.com",
                "abc123.execute-api.eu-west-1.amazonaws.com.evil.example",
                "abc123.execute-api.eu-west-1.amazonaws.com.",
                "evil.example.abc123.execute-api.eu-west-1.amazonaws.com..",
                ".execute-api.eu-west-1.amazonaws.com",
                "abc123.execute-api.eu-west-1.evilamazonaws.com",
                "abc123.execute-api.eu-west-1.amazonaws.com:80",
                "abc123.execute-api.eu-west-1.amazonaws.com:8443",
                "abc123.execute-api.eu-west-1.amazonaws.com:0443",
                "abc123.execute-api.nowhere.amazonaws.com",
                "ec2.us-east-1.amazonaws.com"
            })
    void sendsNothingAnywhereElse(String host) {
        try (TestProxy proxy = proxy()) {
            Response response = proxy.exchange(get(host, "/x"));
            assertEquals(421, response.status(), response::toString);
            assertEquals(List.of(), upstream.requests());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user@" + API,
                API + "/x",
                API + ", " + API,
                API + "#",
                "abc123.execute-api.eu-west-1.amazonaws.com\u00e4",
                "a%2e" + API,
                ""
            })
    void refusesAHostThatIsMalformed(String host) {
        try (TestProxy proxy = proxy()) {
            assertEquals(400, proxy.exchange(get(host, "/x")).status());
            assertEquals(List.of(), upstream.requests());
        }
    }

    @Test
    void aNameThatIsTooLongIsNoHost() {
        try (TestProxy proxy = proxy()) {
            String suffix = ".s3.amazonaws.com";
            String fits = "a.".repeat(117) + "ab";
            assertEquals(253, (fits + suffix).length());
            assertEquals(200, proxy.exchange(get(fits + suffix, "/x")).status());
            assertEquals(421, proxy.exchange(get("a" + fits + suffix, "/x")).status());
        }
    }

    @Test
    void ownNamesHaveNoUpstreamHere() {
        try (TestProxy proxy = proxy()) {
            Response response = proxy.exchange(get("127.0.0.1", "/x"));
            assertEquals(404, response.status());
            assertTrue(response.body().contains("not a host of AWS that a route sends to"), response.body());
        }
    }

    @Test
    void settingsNarrowTheHosts() {
        try (TestProxy proxy = proxy("countersign.routes.any { service = s3, region = eu-west-1 }")) {
            assertEquals(
                    200,
                    proxy.exchange(get("b.s3.eu-west-1.amazonaws.com", "/x")).status());
            assertEquals(
                    421,
                    proxy.exchange(get("b.s3.eu-west-2.amazonaws.com", "/x")).status());
            assertEquals(421, proxy.exchange(get(API, "/x")).status());
        }
        try (TestProxy proxy = proxy("countersign.routes.any { match.hosts = [\"" + API + "\"] }")) {
            assertEquals(200, proxy.exchange(get(API, "/x")).status());
            assertEquals(421, proxy.exchange(get("x" + API, "/x")).status());
        }
    }

    @Test
    void aHostOfAwsTakesNoOtherRoute() {
        try (TestProxy proxy =
                proxy(TestProxy.route("own", upstream.url(), "tls.verify = false, match.path-prefix = \"/own\""))) {
            assertEquals(200, proxy.exchange(get("127.0.0.1", "/own/x")).status());
            // Not by the longer prefix: its route is for callers who name the proxy.
            assertEquals(200, proxy.exchange(get(API, "/own/x")).status());
            assertEquals(API, upstream.requests().get(1).head().value("host"));
            assertEquals(421, proxy.exchange(get("example.com", "/own/x")).status());
        }
    }

    @Test
    void eachServiceHasItsOwnTerms() {
        try (TestProxy proxy = proxy("countersign.routes.any { payload = unsigned, headers.set { X-A = b } }")) {
            String put = "PUT /k%2Fey HTTP/1.1";
            for (String host : new String[] {"b.s3.eu-west-1.amazonaws.com", API}) {
                assertEquals(
                        200,
                        proxy.exchange(head(put, "Host: " + host, "Content-Length: 1", "Connection: close") + "x")
                                .status());
            }
            ReceivedRequest toS3 = upstream.requests().get(0);
            ReceivedRequest toApi = upstream.requests().get(1);
            assertEquals("UNSIGNED-PAYLOAD", toS3.head().value("x-amz-content-sha256"));
            assertEquals("/k/ey", toS3.head().target());
            assertEquals(64, toApi.head().value("x-amz-content-sha256").length());
            assertEquals("/k%2Fey", toApi.head().target());
            assertEquals("b", toApi.head().value("x-a"));
        }
    }

    @Test
    void anAsteriskIsOneLabel() {
        try (TestProxy proxy =
                proxy("countersign.routes.any.match.hosts = [\"*.s3.*.amazonaws.com\", \"sqs.*.amazonaws.com\"]")) {
            for (String host : List.of("b.s3.eu-west-1.amazonaws.com", "sqs.eu-west-2.amazonaws.com")) {
                assertEquals(200, proxy.exchange(get(host, "/x")).status(), host);
            }
            for (String host : List.of(
                    "b.c.s3.eu-west-1.amazonaws.com",
                    "s3.eu-west-1.amazonaws.com",
                    "b.s3.amazonaws.com",
                    "vpce-1.sqs.eu-west-2.vpce.amazonaws.com",
                    "sqs.eu-west-2.amazonaws.com.cn",
                    "sns.eu-west-2.amazonaws.com")) {
                assertEquals(421, proxy.exchange(get(host, "/x")).status(), host);
            }
        }
    }

    @Test
    void anAbsoluteTargetGoesBeforeHost() {
        try (TestProxy proxy = proxy("countersign.routes.any.match.hosts = [\"sqs.*.amazonaws.com\"]")) {
            String to = "GET http://sqs.eu-west-1.amazonaws.com/1/q HTTP/1.1";
            Response response = proxy.exchange(head(to, "Host: sns.eu-west-1.amazonaws.com", "Connection: close"));
            assertEquals(200, response.status(), response::toString);
            ReceivedRequest request = upstream.requests().get(0);
            assertEquals("sqs.eu-west-1.amazonaws.com", request.head().value("host"));
            assertEquals("eu-west-1/sqs", scope(request));
            Signatures.verify(request);
            String elsewhere = "GET http://sns.eu-west-1.amazonaws.com/1/q HTTP/1.1";
            assertEquals(
                    421,
                    proxy.exchange(head(elsewhere, "Host: sqs.eu-west-1.amazonaws.com", "Connection: close"))
                            .status());
            assertEquals(1, upstream.requests().size());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"X-Amz-Signature=a", "x-amz-credential=a", "X-Amz-Region-Set=*", "X%2DAmz-Security-Token=a"})
    void refusesAPresignedUrl(String query) {
        try (TestProxy proxy = proxy()) {
            Response response = proxy.exchange(get("b.s3.eu-west-1.amazonaws.com", "/x?a=b&" + query));
            assertEquals(400, response.status(), response::toString);
            assertEquals(List.of(), upstream.requests());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mine.s3.eu-west-1.amazonaws.com, /k, 200",
        "named.s3.eu-west-1.amazonaws.com, /k, 200",
        "s3.eu-west-1.amazonaws.com, /mine/k, 200",
        "s3.eu-west-1.amazonaws.com, /mine, 200",
        "s3.eu-west-1.amazonaws.com, /%6Dine/k, 200",
        "s3.eu-west-1.amazonaws.com, /named/k, 200",
        "s3.dualstack.eu-west-1.amazonaws.com, /mine/k, 200",
        "named.s3.eu-west-1.amazonaws.com, /other/k, 200",
        "other.s3.eu-west-1.amazonaws.com, /k, 403",
        "other.s3.eu-west-1.amazonaws.com, /mine/k, 403",
        "mine.other.s3.eu-west-1.amazonaws.com, /k, 403",
        "mine-123456789012.s3-accesspoint.eu-west-1.amazonaws.com, /k, 403",
        "s3.eu-west-1.amazonaws.com, /, 403",
        "s3.eu-west-1.amazonaws.com, /other/k, 403",
        "s3.eu-west-1.amazonaws.com, //mine/k, 403",
        "s3.eu-west-1.amazonaws.com, /mine%2F..x/k, 200",
        "s3.eu-west-1.amazonaws.com, /other%2Fmine/k, 403",
        "s3.eu-west-1.amazonaws.com, /mine%20/k, 403",
        "s3.eu-west-1.amazonaws.com, /Mine/k, 403",
        "s3.eu-west-1.amazonaws.com, /mine/k?x-amz-copy-source=other, 400"
    })
    void sendsToTheBucketsThatAreNamed(String host, String path, int status) {
        try (TestProxy proxy = proxy(
                "countersign.routes.any { match.hosts = [\"*.s3.*.amazonaws.com\", \"*.*.s3.*.amazonaws.com\", \"s3.*.amazonaws.com\","
                        + " named.s3.eu-west-1.amazonaws.com, \"s3.dualstack.*.amazonaws.com\","
                        + " \"*.s3-accesspoint.*.amazonaws.com\"], buckets = [mine] }")) {
            Response response = proxy.exchange(get(host, path));
            assertEquals(status, response.status(), response::toString);
            assertEquals(status == 200 ? 1 : 0, upstream.requests().size());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mine/k, 200",
        "/mine/k?versionId=1, 200",
        "other/k, 403",
        "/other/k, 403",
        "%6dine/k, 403",
        "arn:aws:s3:eu-west-1:1:accesspoint/a/object/k, 403"
    })
    void copiesFromTheBucketsThatAreNamed(String source, int status) {
        try (TestProxy proxy = proxy("countersign.routes.any.buckets = [mine]")) {
            Response response = proxy.exchange(head(
                    "PUT /k HTTP/1.1",
                    "Host: mine.s3.eu-west-1.amazonaws.com",
                    "x-amz-copy-source: " + source,
                    "Content-Length: 0",
                    "Connection: close"));
            assertEquals(status, response.status(), response::toString);
        }
    }

    @Test
    void asksForTheOwnerOfEachBucket() {
        try (TestProxy proxy = proxy("""
                countersign.routes.any {
                  match.hosts = ["*.s3.*.amazonaws.com", "sqs.*.amazonaws.com"], expected-bucket-owner = "012345678901"
                }""")) {
            String ask = "x-amz-expected-bucket-owner: 999999999999";
            for (String host : List.of("b.s3.eu-west-1.amazonaws.com", "sqs.eu-west-1.amazonaws.com")) {
                proxy.exchange(head("GET /k HTTP/1.1", "Host: " + host, ask, "Connection: close"));
            }
            proxy.exchange(head(
                    "PUT /k HTTP/1.1",
                    "Host: b.s3.eu-west-1.amazonaws.com",
                    "x-amz-copy-source: /c/k",
                    "x-amz-source-expected-bucket-owner: 999999999999",
                    "Content-Length: 0",
                    "Connection: close"));
            ReceivedRequest plain = upstream.requests().get(0);
            assertEquals(List.of("012345678901"), plain.head().values("x-amz-expected-bucket-owner"));
            assertEquals(List.of(), plain.head().values("x-amz-source-expected-bucket-owner"));
            assertTrue(Signatures.signedNames(plain).contains("x-amz-expected-bucket-owner"));
            Signatures.verify(plain);
            // Another service's own business.
            assertEquals(
                    List.of("999999999999"), upstream.requests().get(1).head().values("x-amz-expected-bucket-owner"));
            ReceivedRequest copy = upstream.requests().get(2);
            assertEquals(List.of("012345678901"), copy.head().values("x-amz-source-expected-bucket-owner"));
            Signatures.verify(copy);
        }
    }

    /** One more than are kept at once, each twice: connections are kept for the last ones, and nothing breaks for the first. */
    @Test
    void manyHostsTakeTurns() {
        try (TestProxy proxy = proxy()) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 140; i++) {
                    String host = "h" + i + ".s3.amazonaws.com";
                    assertEquals(200, proxy.exchange(get(host, "/x")).status());
                }
            }
            int before = upstream.requests().size();
            assertEquals(200, proxy.exchange(get("h139.s3.amazonaws.com", "/x")).status());
            assertTrue(upstream.requests().get(before).nth() > 1, "the last host's connection was not kept");
        }
    }
}
