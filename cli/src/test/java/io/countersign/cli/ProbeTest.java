package io.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.standin.StandIn;
import io.countersign.standin.StandInOptions;
import io.countersign.standin.verify.Credential;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check --probe} against a gateway that verifies signatures. */
class ProbeTest {
    private static final Credential KEY = Credential.of("AKIDPROBE", "canary-secret");
    private static final String KEYS = "access-key-id = AKIDPROBE, secret-access-key = canary-secret";

    @TempDir
    Path folder;

    private IdentitySts sts;
    private StandIn standIn;

    @BeforeEach
    void start() throws Exception {
        sts = new IdentitySts();
        standIn = standIn(StandInOptions.defaults());
    }

    private StandIn standIn(StandInOptions options) throws Exception {
        return StandIn.start(options.withCredentials(List.of(KEY)).withCaOut(folder.resolve("ca.pem")));
    }

    @AfterEach
    void stop() throws IOException {
        sts.close();
        standIn.close();
    }

    private Command probe(String credentials, String route, String... more) throws IOException {
        Path config = Files.writeString(folder.resolve("c.conf"), """
                countersign {
                  credentials { keys { %s } }
                  routes { m { upstream = "https://localhost:%d/prod", tls.ca = ca.pem, credentials = keys, %s } }
                }
                """.formatted(credentials, standIn.port(), route));
        Map<String, String> environment = new HashMap<>(Map.of("AWS_ENDPOINT_URL_STS", sts.url(), "HOME", "/nowhere"));
        String[] words = new String[4 + more.length];
        System.arraycopy(new String[] {"check", "--probe", "--config", config.toString()}, 0, words, 0, 4);
        System.arraycopy(more, 0, words, 4, more.length);
        Command probe = Command.run(environment, "", words);
        assertFalse((probe.out() + probe.err()).contains("canary"), probe.out() + probe.err());
        return probe;
    }

    private static final String API = "service = execute-api, region = us-east-1";

    private static void says(Command probe, int exitCode, String... parts) {
        for (String part : parts) {
            assertTrue(probe.out().contains(part), () -> "no '" + part + "' in\n" + probe.out() + probe.err());
        }
        assertEquals(exitCode, probe.exitCode(), probe.out() + probe.err());
    }

    @Test
    void saysWhoseSignatureIsAccepted() throws IOException {
        Command probe = probe(KEYS, API);
        says(
                probe,
                0,
                "credentials keys: arn:aws:iam::111122223333:user/agent in account 111122223333, from static\n",
                "route m: GET /prod: status 200",
                "signed with access key id AKIDPROBE; accepted\n");
        assertEquals(1, standIn.lastRequests().size());
        assertTrue(standIn.lastRequests().get(0).head().startsWith("GET /prod HTTP"), "no write");
    }

    @Test
    void explainsASecretOfAnotherKey() throws IOException {
        says(
                probe("access-key-id = AKIDPROBE, secret-access-key = canary-other", API),
                1,
                "route m: FAILED: GET /prod: status 403",
                "rejected by AWS, signature_mismatch: ",
                "secret key does not belong to the key id");
    }

    @Test
    void explainsAnExpiredToken() throws IOException {
        standIn.credentials()
                .add(KEY.withToken("canary-token").expiring(Instant.now().minusSeconds(60)));
        says(
                probe(KEYS + ", session-token = canary-token", API),
                1,
                "rejected by AWS, expired_token: token expired, nobody knows when");
    }

    @Test
    void explainsAnotherRegion() throws IOException {
        says(
                probe(KEYS, "service = execute-api, region = eu-west-1"),
                1,
                "rejected by AWS, wrong_scope: scope says eu-west-1 and execute-api, and the upstream is of another region");
    }

    @Test
    void saysThatAThrottledProbeProvesNothing() throws IOException {
        standIn.faults().add("{\"throttleShare\": 1.0}");
        says(probe(KEYS, API), 1, "status 429", "throttled, so nothing is known of the signature; try again later");
    }

    @Test
    void saysWhyNothingIsReached() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        says(
                probe(
                        KEYS,
                        API + ", upstream.connect = \"127.0.0.1:" + closed
                                + "\", upstream.url = \"https://localhost/prod\""),
                1,
                "route m: FAILED: GET /prod: 127.0.0.1:" + closed
                        + " can't be reached (127.0.0.1: Connection refused)");
    }

    @Test
    void saysHowFarTheClockIsOff() throws Exception {
        standIn.close();
        standIn =
                standIn(StandInOptions.defaults().withClock(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(630))));
        says(
                probe(KEYS, API),
                1,
                "rejected by AWS, clock_skew: clock is ",
                "FAILED: this machine's clock is 10 min behind the upstream's");
    }

    /** Who only writes to a workspace need not be allowed to read from it. */
    @Test
    void takesAMissingPermissionToReadForAnAcceptedSignatureWhereCallersWrite() throws Exception {
        standIn.close();
        standIn = standIn(StandInOptions.defaults().withService("aps"));
        standIn.faults().add("{\"error\": \"bare-permission\"}");
        says(
                probe(
                        KEYS,
                        "service = aps, region = us-east-1, upstream = \"https://localhost:" + standIn.port()
                                + "/workspaces/ws-1/api/v1/remote_write\""),
                0,
                "GET /workspaces/ws-1/api/v1/labels: status 403",
                "rejected by AWS, permission: ",
                "the signature is accepted, and callers of this route need other permissions");
    }

    @Test
    void takesAMissingPermissionForAFaultWhereCallersReadToo() throws IOException {
        standIn.faults().add("{\"reject\": \"AccessDeniedException\"}");
        says(probe(KEYS, API), 1, "route m: FAILED: GET /prod: status 403", "rejected by AWS, permission: ");
        says(probe(KEYS, API + ", match.methods = [POST]"), 0, "the signature is accepted");
    }

    /** API Gateway looks for the method before it looks at the signature. */
    @Test
    void asksForAPathWhereTheApiHasNone() throws IOException {
        standIn.faults().add("{\"reject\": \"MissingAuthenticationTokenException\"}");
        says(
                probe(KEYS, API),
                1,
                "rejected by AWS, missing_authentication: the API has no such method and path (GET /prod)",
                "the signature was not looked at: name a path that takes GET, with --probe-path m=/PATH");
        standIn.faults().clear();
        says(probe(KEYS, API, "--probe-path", "m=/api/v1/labels?match=a"), 0, "GET /prod/api/v1/labels: status 200");
        assertEquals(2, probe(KEYS, API, "--probe-path", "other=/a").exitCode());
        assertEquals(2, probe(KEYS, API, "--probe-path", "m=a").exitCode());
    }

    @Test
    void signsNothingWithoutCredentials() throws IOException {
        says(
                probe("type = environment", API),
                1,
                "credentials keys: FAILED: ",
                "route m: FAILED: nothing was sent: credentials keys failed");
        assertEquals(0, standIn.lastRequests().size());
    }
}
