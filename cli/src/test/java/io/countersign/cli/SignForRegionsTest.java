package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.standin.StandIn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sign} and {@code send} with {@code --algorithm v4a}. */
class SignForRegionsTest {
    private static final String API = "https://abc.execute-api.us-east-1.amazonaws.com/prod";

    @TempDir
    Path folder;

    private StandIn standIn;

    @BeforeEach
    void start() throws Exception {
        standIn = Command.standIn(folder);
    }

    @AfterEach
    void stop() throws IOException {
        standIn.close();
    }

    private static Command command(String... words) {
        return Command.run(
                Command.KEYS,
                "",
                Stream.concat(Stream.of(words), Stream.of("--algorithm", "v4a")).toArray(String[]::new));
    }

    private static String run(String... words) {
        Command command = command(words);
        assertEquals(0, command.exitCode(), command.err());
        return command.out();
    }

    @ParameterizedTest
    @CsvSource({
        API + ", us-east-1",
        "https://mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com/k, *",
        "https://abcde.veo.endpoint.events.amazonaws.com/, *"
    })
    void theSetFollowsFromTheHost(String url, String set) {
        String headers = run("sign", "GET", url);

        assertTrue(headers.contains("X-Amz-Region-Set: " + set + "\n"), headers);
        assertTrue(headers.contains("Authorization: AWS4-ECDSA-P256-SHA256 Credential="), headers);
        assertTrue(headers.contains("x-amz-region-set"), headers);
    }

    @Test
    void theSetCanBeGiven() {
        String headers = run("sign", "GET", API, "--region-set", "us-east-1, eu-west-1");

        assertTrue(headers.contains("X-Amz-Region-Set: us-east-1,eu-west-1\n"), headers);
        assertTrue(
                run("sign", "GET", API, "--in", "query", "--region-set", "us-*").contains("&X-Amz-Region-Set=us-%2A&"));
        assertTrue(run("sign", "GET", API, "--output", "curl").contains(" -H 'X-Amz-Region-Set: us-east-1'"));
        assertTrue(run("sign", "GET", API, "--output", "request").contains("\nX-Amz-Region-Set: us-east-1\r\n"));
        assertTrue(run("sign", "GET", API, "--output", "canonical-request").contains("\nx-amz-region-set:us-east-1\n"));
        assertTrue(run("sign", "GET", API, "--output", "string-to-sign").startsWith("AWS4-ECDSA-P256-SHA256\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--region us-east-1 | write --region-set us-east-1",
                "--region-set us_east_1 | is not a set of regions",
                "--region-set us-east-1, | is not a set of regions",
            })
    void refusesWhatIsNoSet(String options, String says) {
        Command refused = command(Stream.concat(Stream.of("sign", "GET", API), Stream.of(options.split(" ")))
                .toArray(String[]::new));

        assertEquals(2, refused.exitCode(), refused.out());
        assertTrue(refused.err().contains(says), refused.err());
    }

    @Test
    void aConfigurationIsReportedWithItsRegions() throws IOException {
        Path config = Files.writeString(folder.resolve("c.conf"), """
                countersign.routes {
                  files { match.path-prefix = "/f", signature = v4a
                    upstream = "https://m1.mrap.accesspoint.s3-global.amazonaws.com" }
                  api { match.path-prefix = "/a", upstream = "https://api.example.com/prod", service = execute-api
                    signature = v4a, region-set = "us-east-1,eu-wst-1" }
                }
                """);
        Command check = Command.run("check", "--config", config.toString());

        assertEquals(0, check.exitCode(), check.err());
        assertTrue(check.out().contains("signed for s3 in all regions (SigV4A)"), check.out());
        assertTrue(check.out().contains("signed for execute-api in us-east-1,eu-wst-1 (SigV4A)"), check.out());
        assertTrue(check.err().contains("(routes.api.region-set): \"eu-wst-1\" is not a region"), check.err());
        assertTrue(check.err().contains("did you mean eu-west-1?"), check.err());

        Command json = Command.run("check", "--config", config.toString(), "-o", "json");
        assertTrue(json.out().replace(" ", "").contains("\"region_set\":\"us-east-1,eu-wst-1\""), json.out());
        Command policy = Command.run("check", "--config", config.toString(), "--print-iam-policy");
        assertTrue(policy.out().contains("\"arn:aws:s3::*:accesspoint/m1.mrap/object/f/*\""), policy.out());
    }

    @Test
    void aSetNeedsTheAlgorithm() {
        Command refused = Command.run(Command.KEYS, "", "sign", "GET", API, "--region-set", "*");

        assertEquals(2, refused.exitCode(), refused.out());
        assertTrue(refused.err().contains("--region-set needs --algorithm v4a"), refused.err());
    }

    @Test
    void warnsOfASetThatLeavesTheHostsRegionOut() {
        Command signed = command("sign", "GET", API, "--region-set", "eu-west-1");

        assertEquals(0, signed.exitCode(), signed.err());
        assertTrue(signed.err().contains("leaves out us-east-1"), signed.err());
    }

    @Test
    void explainsHowTheKeyIsMade() {
        String explained = run("sign", "GET", API, "--output", "explain");

        assertTrue(explained.contains("\"AWS4A\" and the secret key"), explained);
        assertTrue(explained.contains("/execute-api/aws4_request\n"), explained);
    }

    @ParameterizedTest
    @ValueSource(strings = {"header", "query"})
    void whatIsSentIsAcceptedAndIsTheSignatureThatWasExplained(String place) {
        Command sent = command(
                "send",
                "https://localhost:" + standIn.port() + "/a%20b?x=1",
                "--cacert",
                folder.resolve("ca.pem").toString(),
                "--service",
                "execute-api",
                "--region-set",
                "us-*",
                "--in",
                place,
                "-v",
                "-d",
                "body");

        assertEquals(0, sent.exitCode(), sent.err());
        assertEquals(1, standIn.stats().verified(), sent.out());
        Matcher explained =
                Pattern.compile("\nsignature: (\\p{XDigit}{100,144})\n").matcher(sent.err());
        assertTrue(explained.find(), sent.err());
        assertTrue(standIn.lastRequests().get(0).head().contains("Signature=" + explained.group(1)), sent.err());
    }

    @Test
    void thePythonScriptSendsTheSignedRequest() throws Exception {
        String script = run(
                "sign",
                "POST",
                "https://localhost:" + standIn.port() + "/a%20b",
                "--service",
                "execute-api",
                "--region-set",
                "us-east-1",
                "-d",
                "body",
                "--output",
                "python");
        Path file = Files.writeString(folder.resolve("send.py"), script);
        ProcessBuilder python = new ProcessBuilder("python3", file.toString()).redirectErrorStream(true);
        python.environment().put("SSL_CERT_FILE", folder.resolve("ca.pem").toString());
        Process process = python.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(0, process.waitFor(), out);
        assertEquals(1, standIn.stats().verified(), out);
    }
}
