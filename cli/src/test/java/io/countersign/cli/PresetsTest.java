package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.ProxyServer;
import io.countersign.proxy.aws.AwsServices;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.fault.Effect;
import io.countersign.standin.fault.Fault;
import io.countersign.standin.stats.SeenRequest;
import io.countersign.standin.verify.Credential;
import io.countersign.standin.verify.RejectionType;
import io.countersign.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One request of each preset, signed by a route, by {@code sign} and by {@code send}: the stand-in, which shares no code with them,
 * verifies it by the AWS SDK's signer and by the textbook, and all three have the same canonical request.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PresetsTest {
    private static final Credential KEY =
            Credential.of("AKIDPRESETS", "canary-secret-of-presets").withToken("the/canary+token==");
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "AWS_ACCESS_KEY_ID", KEY.accessKey(),
            "AWS_SECRET_ACCESS_KEY", KEY.secretKey(),
            "AWS_SESSION_TOKEN", KEY.token().orElseThrow());
    private static final Pattern DATE =
            Pattern.compile("\nx-amz-date:(\\d{4})(\\d\\d)(\\d\\d)T(\\d\\d)(\\d\\d)(\\d\\d)Z");
    private static final String HASH = "x-amz-content-sha256";

    private final Map<String, StandIn> standIns = new HashMap<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Path folder;
    private ProxyServer proxy;

    static List<PresetTable.Row> rows() {
        return PresetTable.rows();
    }

    @BeforeAll
    void start(@TempDir Path made) throws Exception {
        folder = made;
        StringBuilder routes = new StringBuilder();
        for (PresetTable.Row row : rows()) {
            StandIn standIn = StandIn.start(StandInOptions.defaults()
                    .withCredentials(List.of(KEY))
                    .withService(row.service())
                    .withPathMode(row.pathMode())
                    .withCaOut(authority(row)));
            standIns.put(row.service(), standIn);
            routes.append("%1$s { match.path-prefix = \"/%1$s\", strip-prefix = \"/%1$s\", tls.ca = \"%2$s\", %3$s\n"
                    .formatted(row.service(), authority(row), scope(row)));
            routes.append("upstream { url = \"https://localhost:%d\", host = \"%s\" } }\n"
                    .formatted(standIn.port(), row.host()));
        }
        proxy = ProxyServer.start(HoconSource.text(
                """
                countersign {
                  listeners = [{ bind = "127.0.0.1:0" }]
                  admin.bind = "127.0.0.1:0"
                  drain { quiet = 10 ms }
                  credentials.default { access-key-id = "%s", secret-access-key = "%s", session-token = "%s" }
                  routes {
                    %s
                  }
                }
                """.formatted(KEY.accessKey(), KEY.secretKey(), KEY.token().orElseThrow(), routes), folder, Map.of()));
    }

    @AfterAll
    void stop() throws IOException {
        if (proxy != null) {
            proxy.close();
        }
        for (StandIn standIn : standIns.values()) {
            standIn.close();
        }
    }

    private Path authority(PresetTable.Row row) {
        return folder.resolve(row.service() + ".pem");
    }

    private static String scope(PresetTable.Row row) {
        return row.hasHost() ? "" : "service = " + row.service() + ", region = us-east-1";
    }

    @Test
    void everyPresetHasARequest() {
        assertEquals(
                AwsServices.names().stream().sorted().toList(),
                rows().stream().map(PresetTable.Row::service).sorted().toList());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void routeSignAndSendHaveTheSameCanonicalRequest(PresetTable.Row row) throws Exception {
        HttpResponse<String> response = throughTheProxy(row);
        SeenRequest routed = standIns.get(row.service()).lastRequests().get(0);
        assertEquals("verified", routed.verdict(), response.body());
        assertEquals(200, response.statusCode());
        String canonical = routed.parts().orElseThrow().canonicalRequest();
        assertEquals(row.isUnsigned(), canonical.endsWith("\nUNSIGNED-PAYLOAD"), canonical);
        assertTrue(canonical.contains("\n" + HASH + ":"), canonical);

        String expected = row.demandsHash() ? canonical : withoutHash(canonical);
        Command signed = sign(row, canonical);
        assertEquals(expected, signed.out(), signed.err());
        if (!row.isUnsigned()) {
            assertEquals(canonical, sign(row, canonical, "--sign-body").out());
        }

        Command sent = run(
                "send",
                row,
                "https://localhost:" + standIns.get(row.service()).port(),
                List.of("-H", "Host: " + row.host(), "--cacert", authority(row).toString(), "--fail"));
        assertEquals(0, sent.exitCode(), sent.err() + sent.out());
        SeenRequest direct = standIns.get(row.service()).lastRequests().get(0);
        assertEquals("verified", direct.verdict());
        assertEquals(undated(expected), undated(direct.parts().orElseThrow().canonicalRequest()));
        assertEquals(method(routed), method(direct), "what is sent");
    }

    static List<PresetTable.Row> rejecting() {
        return rows().stream()
                .filter(row -> PresetTable.forms().containsKey(row.service()))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rejecting")
    void whatTheServiceDeniesIsNamed(PresetTable.Row row) throws Exception {
        StandIn standIn = standIns.get(row.service());
        standIn.faults()
                .add(Fault.always(new Effect.RejectionForm(PresetTable.forms().get(row.service()))));
        standIn.faults().add(Fault.always(new Effect.Reject(RejectionType.ACCESS_DENIED)));
        try {
            HttpResponse<String> response = throughTheProxy(row);
            assertTrue(response.statusCode() >= 400, response.body());
        } finally {
            standIn.faults().clear();
        }
        Await.until("the rejection is counted", () -> isCounted(row));
    }

    /** Once the exchange is over, a little after its response has arrived. */
    private boolean isCounted(PresetTable.Row row) throws IOException {
        URI page = URI.create("http://127.0.0.1:" + proxy.adminAddress().getPort() + "/metrics");
        try {
            return client.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("countersign_rejections_total{"))
                    .anyMatch(line ->
                            line.contains("route=\"" + row.service() + "\"") && line.contains("cause=\"permission\""));
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private HttpResponse<String> throughTheProxy(PresetTable.Row row) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + proxy.address().getPort() + "/" + row.service() + row.target()))
                .timeout(Duration.ofMinutes(1))
                .method(row.method(), row.hasBody() ? BodyPublishers.ofString(row.body()) : BodyPublishers.noBody());
        row.allFields()
                .forEach(field -> request.header(
                        field.substring(0, field.indexOf(':')), field.substring(field.indexOf(':') + 2)));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** At the time of a canonical request. */
    private static Command sign(PresetTable.Row row, String canonical, String... more) {
        Matcher date = DATE.matcher(canonical);
        assertTrue(date.find(), canonical);
        String time = "%s-%s-%sT%s:%s:%sZ"
                .formatted(date.group(1), date.group(2), date.group(3), date.group(4), date.group(5), date.group(6));
        List<String> options = new ArrayList<>(List.of("--time", time, "--output", "canonical-request"));
        options.addAll(List.of(more));
        return run("sign", row, "https://" + row.host(), options);
    }

    private static Command run(String command, PresetTable.Row row, String origin, List<String> options) {
        List<String> arguments = new ArrayList<>(List.of(command, row.method(), origin + row.target()));
        row.allFields().forEach(field -> arguments.addAll(List.of("-H", field)));
        if (row.hasBody()) {
            arguments.addAll(List.of("-d", row.body()));
        }
        if (!scope(row).isEmpty()) {
            arguments.addAll(List.of("--service", row.service(), "--region", "us-east-1"));
        }
        arguments.addAll(options);
        return Command.run(ENVIRONMENT, "", arguments.toArray(String[]::new));
    }

    /** Request line without its version: the target in the form in which it went out. */
    private static String method(SeenRequest request) {
        return request.head().lines().findFirst().orElseThrow();
    }

    private static String withoutHash(String canonical) {
        return canonical.replaceFirst("\n" + HASH + ":[^\n]*", "").replace(";" + HASH, "");
    }

    private static String undated(String canonical) {
        return DATE.matcher(canonical).replaceFirst("\nx-amz-date:");
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Type: application/vnd.amazon.eventstream",
        "X-Amz-Content-Sha256: STREAMING-AWS4-HMAC-SHA256-EVENTS"
    })
    void neitherSignNorSendTakesAStreamOfSignedEvents(String field) {
        for (String command : List.of("sign", "send")) {
            Command refused = Command.run(
                    command, "POST", "https://transcribestreaming.us-east-1.amazonaws.com/", "-H", field, "-d", "x");
            assertEquals(2, refused.exitCode(), refused.out());
            assertTrue(refused.err().contains("application/vnd.amazon.eventstream"), refused.err());
        }
    }

    @Test
    void warnsOfABodyThatNothingProtects() {
        String host = rows().stream()
                .filter(PresetTable.Row::isUnsigned)
                .map(PresetTable.Row::host)
                .collect(Collectors.joining());
        Command open = Command.run("sign", "POST", "http://" + host + "/", "-d", "x");
        assertTrue(open.err().contains("the URL is http"), open.err());
        Command closed = Command.run("sign", "POST", "https://" + host + "/", "-d", "x");
        assertEquals("", closed.err());
    }

    @ParameterizedTest
    @CsvSource({
        "111122223333.dkr.ecr.us-east-1.amazonaws.com, ecr:GetAuthorizationToken",
        "111122223333.dkr-ecr.us-east-1.on.aws, ecr:GetAuthorizationToken",
        "d-111122223333.d.codeartifact.us-east-1.amazonaws.com, codeartifact:GetAuthorizationToken",
        "abc.appsync-realtime-api.us-east-1.amazonaws.com, appsync-api",
        "b-1.c.abc123.c2.kafka.us-east-1.amazonaws.com, AWS_MSK_IAM",
        "boot-abc.c1.kafka-serverless.us-east-1.amazonaws.com, not HTTP",
        "abc.credentials.iot.us-east-1.amazonaws.com, certificate"
    })
    void saysWhatAHostTakesThatNothingIsSignedFor(String host, String instead) throws Exception {
        Command refused = Command.run("sign", "GET", "https://" + host + "/");
        assertEquals(2, refused.exitCode(), refused.out());
        assertTrue(refused.err().contains(instead), refused.err());

        Path config = Files.writeString(
                folder.resolve("refused.conf"), "countersign.routes.r.upstream = \"https://" + host + "\"\n");
        Command checked = Command.run("check", "--config", config.toString());
        assertTrue(checked.exitCode() != 0, checked.out());
        assertTrue((checked.out() + checked.err()).contains(instead), checked.out() + checked.err());
    }
}
