package io.countersign.cli.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.rejection.UpstreamError;
import io.countersign.proxy.rejection.UpstreamErrors;
import io.countersign.proxy.secrets.Secrets;
import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.verify.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * {@code scripts/live} against the local gateway: what it sends, what it stores, and what the classifier makes of that. Whatever AWS itself
 * has answered, stored by the same script, is replayed in the same way.
 */
class LiveAnswersTest {
    private static final Path STORED = Path.of("src/test/resources/live");

    /** What each case is expected to come down to. API Gateway has one error type for an unknown key and for a wrong or missing token. */
    private static final Map<String, String> MEANT = Map.ofEntries(
            Map.entry("signed", "taken"),
            Map.entry("wrong-secret", "signature_mismatch"),
            Map.entry("unknown-key", "invalid_token"),
            Map.entry("broken-token", "invalid_token"),
            Map.entry("no-token", "invalid_token"),
            Map.entry("clock-late", "clock_skew"),
            Map.entry("clock-early", "clock_skew"),
            Map.entry("wrong-region", "wrong_scope"),
            Map.entry("wrong-service", "wrong_scope"),
            Map.entry("unsigned", "missing_authentication"),
            Map.entry("expired", "expired_token"),
            Map.entry("blocked", "permission"),
            Map.entry("forbidden", "permission"),
            Map.entry("no-such-path", "missing_authentication"),
            Map.entry("oversized", "verdict"),
            Map.entry("throttled", "throttled"));

    @TempDir
    Path folder;

    @Test
    void storesWhatTheLocalGatewayAnswersToEachCase() throws Exception {
        Credential good = new Credential(
                "ASIALIVEGOODKEY00000", "good-secret", Optional.of("good-token-01234567"), Optional.empty());
        Credential expired = new Credential(
                "ASIALIVEOLDKEY000000", "old-secret", Optional.of("old-token"), Optional.of(Instant.EPOCH));
        try (StandIn gateway = StandIn.start(StandInOptions.defaults()
                .withCaOut(folder.resolve("ca.pem"))
                .withCredentials(List.of(good, expired)))) {
            gateway.faults().add("{\"match\": \"/prod/blocked\", \"reject\": \"AccessDeniedException\"}");
            gateway.faults().add("{\"match\": \"/prod/forbidden\", \"reject\": \"AccessDeniedException\"}");
            gateway.faults().add("{\"match\": \"/prod/nowhere\", \"reject\": \"MissingAuthenticationTokenException\"}");
            gateway.faults().add("{\"match\": \"/prod/throttled\", \"throttlePerSecond\": 1}");
            Path to = Files.writeString(
                    folder.resolve("to.json"), """
                    {"region": "us-east-1", "ca": "%s", "targets": {"Rest": "https://localhost:%d/prod"},
                     "good": {"access_key": "ASIALIVEGOODKEY00000", "secret_key": "good-secret", "token": "good-token-01234567"},
                     "expired": {"access_key": "ASIALIVEOLDKEY000000", "secret_key": "old-secret", "token": "old-token"}}
                    """.formatted(folder.resolve("ca.pem"), gateway.port()));
            run(
                    "../scripts/live",
                    "send",
                    "--to",
                    to.toString(),
                    "--store",
                    folder.resolve("stored").toString());
        }

        Map<String, String> meanings = new TreeMap<>();
        for (Path file : stored(folder.resolve("stored"))) {
            String text = Files.readString(file);
            assertFalse(text.contains("good-token-01234567") || text.contains("GOODKEY"), text);
            JsonNode answer = new ObjectMapper().readTree(text);
            meanings.put(answer.get("case").asString(), meaning(answer));
        }
        Map<String, String> expected = new TreeMap<>(MEANT);
        // The local gateway may close the connection before all of the body is there: then there is no answer to store.
        expected.remove("oversized");
        meanings.remove("oversized");
        assertEquals(expected, meanings);
    }

    @Test
    void asksAwsForNothingThatItDoesNotHave() throws Exception {
        run("python3", "-B", "-m", "unittest", "discover", "-s", "../deploy/live");
    }

    /** No file, no test: until somebody has run the script against AWS, there are none. */
    @TestFactory
    Stream<DynamicTest> recognisesWhatAwsAnswered() throws IOException {
        return stored(STORED).stream()
                .map(file -> DynamicTest.dynamicTest(file.toString(), () -> {
                    JsonNode answer = new ObjectMapper().readTree(Files.readString(file));
                    assertEquals(MEANT.get(answer.get("case").asString()), meaning(answer), answer::toPrettyString);
                }));
    }

    private static List<Path> stored(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    private static String meaning(JsonNode answer) {
        int status = answer.get("status").asInt();
        if (status < 300) {
            return "taken";
        }
        JsonNode fields = answer.get("fields");
        UpstreamError error = UpstreamErrors.of(
                new UpstreamErrors.Received(
                        status,
                        name -> fields.has(name) ? fields.get(name).asString() : null,
                        answer.get("body").asString().getBytes(UTF_8),
                        true),
                answer.get("service").asString(),
                Instant.parse(answer.get("sent").asString()),
                Secrets.NONE);
        return error instanceof UpstreamError.Rejected rejected
                ? rejected.rejection().cause().label()
                : error.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), printed);
        assertTrue(printed.length() > 0);
    }
}
