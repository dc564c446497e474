package io.countersign.proxy.operations;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What a service says of a rejection, and where our secrets would show if it repeats them. */
@WireTest
class RejectionSecretsTest {
    private static final String TOKEN = TestProxy.TOKEN;
    private static final String API_KEY = "set-api-key-CANARY-0123456789";
    private static final HexFormat SPACED = HexFormat.ofDelimiter(" ");

    @TempDir
    Path folder;

    private record Case(String name, String service, String answer) {}

    private static String percent(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static String hex(String text) {
        return SPACED.formatHex(text.getBytes(UTF_8));
    }

    private static String gzip(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(text.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(ISO_8859_1);
    }

    private static String answer(String fields, String body) {
        return "HTTP/1.1 403 No\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String typed(String type, String body) {
        return answer(
                "x-amzn-ErrorType: " + type + "\r\nContent-Type: application/json\r\nx-amzn-RequestId: id-1\r\n", body);
    }

    private static String message(String text) {
        return "{\"message\":\"" + text + "\"}";
    }

    private static String canonical() {
        return "GET\n/k\n\nhost:h\nx-amz-security-token:" + TOKEN + "\nx-api-key:" + API_KEY + "\n\nhost\nabc";
    }

    private static String s3(String more) {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request"
                + " signature we calculated does not match</Message>" + more + "<RequestId>id-1</RequestId></Error>";
    }

    private static final String XML = "Content-Type: application/xml\r\nx-amz-request-id: id-1\r\n";

    private static List<Case> cases() {
        String workings = "<CanonicalRequest>" + canonical() + "</CanonicalRequest><CanonicalRequestBytes>"
                + hex(canonical()) + "</CanonicalRequestBytes><StringToSignBytes>" + hex("x " + TOKEN)
                + "</StringToSignBytes><Encoded>" + percent(TOKEN) + percent(percent(TOKEN)) + "</Encoded>";
        String expired = "ExpiredTokenException";
        String big = "\"pad\":\"" + "x".repeat(70_000) + "\"}";
        return List.of(
                new Case("S3 with all its workings", "s3", answer(XML, s3(workings))),
                new Case("S3 over 64 KiB", "s3", answer(XML, s3(workings + "<Pad>" + "y".repeat(70_000) + "</Pad>"))),
                new Case("S3 gzipped", "s3", answer(XML + "Content-Encoding: gzip\r\n", gzip(s3(workings)))),
                new Case(
                        "a long message", "execute-api", typed(expired, message("expired " + "x".repeat(280) + TOKEN))),
                new Case("percent", "execute-api", typed(expired, message("t " + percent(TOKEN)))),
                new Case("base64", "execute-api", typed(expired, message("t " + base64("ab" + TOKEN)))),
                new Case("hex", "execute-api", typed(expired, message("t " + hex(TOKEN)))),
                new Case(
                        "gzip",
                        "execute-api",
                        answer(
                                "x-amzn-ErrorType: " + expired + "\r\nContent-Encoding: gzip\r\n",
                                gzip(message("t " + TOKEN)))),
                new Case(
                        "an unreadable coding",
                        "execute-api",
                        answer("x-amzn-ErrorType: " + expired + "\r\nContent-Encoding: br\r\n", "t " + TOKEN)),
                new Case(
                        "fields",
                        "execute-api",
                        answer(
                                "x-amzn-ErrorType: " + expired + "\r\nx-amzn-RequestId: " + TOKEN + "\r\nX-Echo: a"
                                        + TOKEN + "\r\nX-Echo-Hex: " + hex(TOKEN) + "\r\nX-Echo-64: " + base64(TOKEN)
                                        + "\r\n",
                                message("no"))),
                new Case(
                        "over 64 KiB by its field",
                        "execute-api",
                        typed(expired, "{\"message\":\"" + TOKEN + "\"," + big)),
                new Case(
                        "over 64 KiB by its first member",
                        "dynamodb",
                        answer(
                                "x-amzn-RequestId: id-1\r\n",
                                "{\"__type\":\"x#" + expired + "\",\"t\":\"" + TOKEN + "\"," + big)),
                new Case(
                        "the workings in JSON",
                        "execute-api",
                        typed(
                                "InvalidSignatureException",
                                message(
                                        "The request signature we calculated does not match.\\n\\nThe Canonical String for"
                                                + " this request should have been\\n'"
                                                + canonical().replace("\n", "\\n")
                                                + "'\\n"))),
                new Case(
                        "a set field",
                        "execute-api",
                        typed(expired, message("key " + API_KEY + " and " + hex(API_KEY)))),
                new Case("a firewall", "execute-api", typed("ForbiddenException", "<p>" + TOKEN + "</p>")),
                new Case(
                        "a gzipped firewall",
                        "execute-api",
                        answer(
                                "x-amzn-ErrorType: ForbiddenException\r\nContent-Encoding: gzip\r\n",
                                gzip("<p>" + TOKEN + "</p>"))),
                new Case(
                        "an authorizer in an unreadable coding",
                        "execute-api",
                        answer("x-amzn-ErrorType: UnauthorizedException\r\nContent-Encoding: br\r\n", "t " + TOKEN)),
                new Case("a backend's own no", "execute-api", answer("X-Echo: " + TOKEN + "\r\n", "t " + TOKEN)),
                new Case(
                        "a backend's own no, gzipped",
                        "execute-api",
                        answer("Content-Encoding: gzip\r\n", gzip("t " + TOKEN))));
    }

    private String[] settings(String service, String answers) {
        return new String[] {
            TestProxy.main("service = " + service),
            TestProxy.main("answers = " + answers),
            TestProxy.main("headers.set { x-api-key = \"file:" + folder.resolve("api-key") + "\" }"),
            TestProxy.main("signed-headers = [x-api-key]")
        };
    }

    @TestFactory
    Stream<DynamicTest> noSecretShowsAnywhere() throws Exception {
        Files.writeString(folder.resolve("api-key"), API_KEY);
        return cases().stream()
                .flatMap(one -> Stream.of("relay", "keep-data")
                        .map(answers -> DynamicTest.dynamicTest(
                                one.name() + ", " + answers, () -> showsNothing(one, answers))));
    }

    private void showsNothing(Case one, String answers) {
        try (FakeUpstream upstream = FakeUpstream.http();
                TestProxy proxy = TestProxy.start(upstream, settings(one.service(), answers));
                LogLines log = new LogLines()) {
            upstream.script((request, connection) -> connection.send(one.answer()));
            Response response = proxy.exchange(Requests.get("/k"));
            assertTrue(response.complete(), response::toString);
            log.await("\"method\":\"GET\"");
            String pages = page(proxy, "/rejections") + page(proxy, "/metrics") + page(proxy, "/readyz?signing");
            boolean zipped = response.head().text().toLowerCase(Locale.ROOT).contains("content-encoding: gzip");
            for (String shown : List.of(response.toString(), pages, log.all())) {
                for (String secret : List.of(TOKEN, API_KEY, TestProxy.SECRET)) {
                    for (String spelled : List.of(
                            secret,
                            percent(secret),
                            hex(secret),
                            base64(secret).substring(0, 20),
                            base64("ab" + secret).substring(4, 24))) {
                        assertFalse(shown.contains(spelled.substring(0, 14)), spelled + " in " + shown);
                    }
                }
            }
            assertFalse(zipped, "a zipped body cannot be looked into: " + response);
        }
    }

    private static String page(TestProxy proxy, String path) {
        try (RawClient client = RawClient.connect(proxy.adminAddress())) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .read()
                    .toString();
        }
    }

    private static Response relayed(String service, String answer) {
        try (FakeUpstream upstream = FakeUpstream.http();
                TestProxy proxy = TestProxy.start(
                        upstream, TestProxy.main("service = " + service), TestProxy.main("answers = relay"))) {
            upstream.script((request, connection) -> connection.send(answer));
            return proxy.exchange(Requests.get("/k"));
        }
    }

    @Test
    void aRelayedRejectionIsInTheServicesOwnForm() {
        Response s3 = relayed(
                "s3",
                answer(XML + "ETag: \"x\"\r\nx-amz-crc32: 1\r\n", s3("<Region>eu-west-1</Region>" + canonical())));
        assertEquals(403, s3.status());
        assertEquals(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>The request"
                        + " signature we calculated does not match</Message><Region>eu-west-1</Region>"
                        + "<RequestId>id-1</RequestId></Error>",
                s3.body());
        assertEquals("application/xml", s3.head().value("content-type"));
        assertFalse(s3.head().text().contains("ETag"));
        assertFalse(s3.head().text().contains("x-amz-crc32"));

        Response json = relayed(
                "dynamodb",
                answer(
                        "x-amzn-RequestId: id-2\r\nContent-Type: application/x-amz-json-1.0\r\n",
                        "{\"__type\":\"com.amazon.coral.service#ExpiredTokenException\",\"message\":\"The \\\"token\\\"\"}"));
        assertEquals(
                "{\"__type\":\"ExpiredTokenException\",\"message\":\"The \\\"token\\\"\",\"requestId\":\"id-2\"}",
                json.body());
        assertEquals("application/x-amz-json-1.0", json.head().value("content-type"));

        Response query = relayed(
                "sts",
                answer(
                        "x-amzn-RequestId: id-3\r\nContent-Type: text/xml\r\n",
                        "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>a &lt; b</Message>"
                                + "</Error><RequestId>id-3</RequestId></ErrorResponse>"));
        assertTrue(query.body()
                .contains("<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>a &lt; b</Message>"));
    }

    @Test
    void aStormOfRejectionsIsExplainedOnceASecondAndAnsweredEachTime() {
        try (FakeUpstream upstream = FakeUpstream.http();
                TestProxy proxy = TestProxy.start(upstream);
                LogLines log = new LogLines()) {
            upstream.script((request, connection) -> connection.send(typed("AccessDeniedException", message("no"))));
            long began = System.nanoTime();
            for (int i = 0; i < 200; i++) {
                assertEquals(503, proxy.exchange(Requests.post("/k", "x")).status());
            }
            log.await("rejected by AWS: permission", "more like it were not logged");
            long lines = log.count("rejected by AWS: permission");
            long seconds = (System.nanoTime() - began) / 1_000_000_000L + 1;
            assertTrue(lines <= seconds + 1, lines + " lines in " + seconds + " s");
        }
    }
}
