package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.Signatures;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real SDK as the caller, with dummy keys, of a route with {@code service = from-scope}. Needs Debian's {@code python3-botocore}, and fails
 * without it; {@code -Dsigv4.python=} names another Python that has it.
 */
@WireTest
class SdkCallersTest {
    private static final String PYTHON = System.getProperty("sigv4.python", "/usr/bin/python3");

    private static final Script AWS = (request, connection) -> connection.send(
            switch (request.head().value("host")) {
                case "dynamodb.eu-west-1.amazonaws.com" -> Script.ok("{\"TableNames\":[\"t\"]}");
                // Of the protocol that the SDK's version speaks.
                case "sqs.eu-west-1.amazonaws.com" ->
                    Script.ok(
                            request.head().value("content-type").contains("json")
                                    ? "{\"QueueUrls\":[\"q\"]}"
                                    : "<ListQueuesResponse><ListQueuesResult><QueueUrl>q</QueueUrl></ListQueuesResult>"
                                            + "</ListQueuesResponse>");
                case "sts.us-east-1.amazonaws.com" ->
                    Script.ok("<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                            + "<GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult>"
                            + "</GetCallerIdentityResponse>");
                case "s3.us-east-1.amazonaws.com" ->
                    request.head().method().equals("PUT")
                            ? "HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 0\r\n\r\n"
                            : Script.ok("content");
                default -> "HTTP/1.1 500 Unexpected\r\nContent-Length: 0\r\n\r\n";
            });

    private static final List<String> SAID = List.of(
            "{\"tables\": [\"t\"]}",
            "{\"account\": \"123456789012\"}",
            "{\"queues\": [\"q\"]}",
            "{\"put\": \"\\\"e\\\"\"}",
            "{\"get\": \"content\"}",
            "{\"other bucket\": 403}",
            "{\"other region\": 403}",
            "{\"other service\": 403}");

    @Test
    void itsRequestsGoWhereItMeansThemToGo(@TempDir Path folder) throws Exception {
        try (FakeUpstream upstream = FakeUpstream.https().script(AWS);
                TestProxy proxy = TestProxy.startTo(
                        upstream.url(), TestProxy.main("match.path-prefix = \"/never\""), """
                        countersign.routes.aws {
                          service = from-scope, services = [dynamodb, sts, sqs, s3], regions = [us-east-1, eu-west-1], buckets = [mine]
                          tls.verify = false, upstream.connect = "%s"
                        }
                        """.formatted(
                                        upstream.url().substring("https://".length())))) {
            List<String> said =
                    run(folder, "http://127.0.0.1:" + proxy.address().getPort());
            assertEquals(SAID, said);
            assertEquals(5, upstream.requests().size());
            for (ReceivedRequest request : upstream.requests()) {
                Signatures.verify(request);
                assertFalse(request.head().text().contains("FOREIGN"), request.head()::text);
            }
            ReceivedRequest put = upstream.requests().get(3);
            assertTrue(put.head().target().startsWith("/mine/a%20key/with%2Bsigns%3D~%281%29.txt"), put.head()::text);
            assertEquals("content", put.body());
        }
    }

    private List<String> run(Path folder, String endpoint) throws IOException, InterruptedException {
        Path script = folder.resolve("sdk_calls.py");
        try (var resource = getClass().getResourceAsStream("/sdk_calls.py")) {
            Files.copy(resource, script);
        }
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(PYTHON, script.toString(), endpoint)
                .redirectError(errors.toFile())
                .redirectOutput(output.toFile());
        builder.environment()
                .keySet()
                .removeIf(name ->
                        name.startsWith("AWS_") || name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        builder.environment().put("AWS_CONFIG_FILE", folder.resolve("none").toString());
        builder.environment()
                .put("AWS_SHARED_CREDENTIALS_FILE", folder.resolve("none").toString());
        Process process = builder.start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            fail(PYTHON + " did not end within 5 minutes");
        }
        if (process.exitValue() != 0) {
            fail(PYTHON + " ended with " + process.exitValue()
                    + "; this test needs botocore (Debian: apt install python3-botocore):\n"
                    + Files.readString(errors));
        }
        return Files.readAllLines(output);
    }
}
