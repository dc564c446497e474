package io.countersign.proxy.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sources that are asked over HTTP on the machine itself, and STS by web identity. */
class EndpointSourcesTest {
    @TempDir
    Path home;

    // Near the real time, which is what the SDK's own providers go by.
    private final ManualTime time = new ManualTime(Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS));
    private final SystemSettings settings = new SystemSettings();
    private LoopbackMetadata metadata;
    private LoopbackSts sts;

    @BeforeEach
    void start() throws Exception {
        metadata = new LoopbackMetadata(time);
        sts = new LoopbackSts();
        sts.clock = time;
        // Were one of these endpoints asked through a proxy, it would end at a closed port.
        settings.set("http.proxyHost", "127.0.0.1")
                .set("http.proxyPort", "1")
                .set("http.nonProxyHosts", "none.invalid");
    }

    @AfterEach
    void stop() {
        settings.close();
        metadata.close();
        sts.close();
    }

    private Environment environment(String... variables) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            map.put(variables[i], variables[i + 1]);
        }
        return new Environment(map, home);
    }

    private InstanceKeys instance() {
        Environment environment = environment("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url());
        return new InstanceKeys(environment);
    }

    private ContainerKeys container() {
        String url = metadata.url() + "/container";
        settings.set("aws.containerCredentialsFullUri", url);
        return new ContainerKeys(environment("AWS_CONTAINER_CREDENTIALS_FULL_URI", url));
    }

    private WebIdentity webIdentity(Path token) {
        return WebIdentity.ofEnvironment(environment(
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                token.toString(),
                "AWS_ROLE_ARN",
                "arn:aws:iam::1:role/irsa",
                "AWS_ENDPOINT_URL_STS",
                sts.url()));
    }

    /** Start, rotation, outage up to the expiry, recovery. */
    private void walk(KeyFetch fetch, java.util.function.Consumer<Boolean> down) {
        RefreshingSource source = new RefreshingSource("walk", fetch, time.immediate()).start();
        Instant begin = time.instant();
        assertEquals("ASIA1", id(source));
        assertEquals(begin.plus(Duration.ofHours(1)), source.status().expiry().orElseThrow());
        time.advance(Duration.ofMinutes(48));
        assertEquals("ASIA2", id(source));
        down.accept(true);
        source.refresh(((Credentials.Usable) source.current()).keys());
        assertEquals("ASIA2", id(source), "served on while down");
        assertEquals(1, source.status().failures());
        time.leap(Duration.ofMinutes(60));
        Credentials.Missing missing = assertInstanceOf(Credentials.Missing.class, source.current());
        assertTrue(missing.reason().contains(fetch.kind().replace("-", ""))
                || missing.reason().contains(fetch.kind()));
        assertFalse(missing.reason().contains("canary"), missing.reason());
        down.accept(false);
        time.advance(Duration.ofSeconds(1));
        assertEquals("ASIA3", id(source));
        source.close();
    }

    private static String id(CredentialsSource source) {
        return assertInstanceOf(Credentials.Usable.class, source.current())
                .keys()
                .accessKeyId();
    }

    @Test
    void instanceMetadataRotatesFailsAndRecovers() {
        walk(instance(), down -> metadata.down = down);
        assertTrue(metadata.requests.contains("PUT /latest/api/token"), metadata.requests.toString());
    }

    @Test
    void containerEndpointRotatesFailsAndRecovers() {
        walk(container(), down -> metadata.down = down);
    }

    @Test
    void webIdentityRotatesFailsAndRecovers() throws Exception {
        Path token = Files.writeString(home.resolve("token"), "canary-jwt\n");
        walk(
                webIdentity(token),
                down -> sts.error = down ? new String[] {"400", "InvalidIdentityToken", "no canary-jwt here"} : null);
    }

    @Test
    void relativeContainerPathsAreAskedToo() throws Exception {
        settings.set("aws.containerServiceEndpoint", metadata.url()).set("aws.containerCredentialsPath", "/container");
        ContainerKeys container =
                new ContainerKeys(environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/container"));
        assertEquals("ASIA1", container.fetch().keys().accessKeyId());
    }

    @Test
    void podIdentitysTokenFileIsReadAnewEachTime() throws Exception {
        Path token = Files.writeString(home.resolve("pod-token"), "one");
        settings.set("aws.containerAuthorizationTokenFile", token.toString());
        ContainerKeys container = container();
        metadata.authorization = "one";
        assertEquals("ASIA1", container.fetch().keys().accessKeyId());
        metadata.authorization = "two";
        assertThrows(FetchFailure.class, container::fetch);
        Files.writeString(token, "two");
        assertEquals("ASIA2", container.fetch().keys().accessKeyId());
    }

    @Test
    void aLostTokenAnswerIsRecognisedAsTheHopLimit() {
        metadata.losesTokens = true;
        FetchFailure failure = assertThrows(FetchFailure.class, () -> instance().fetch());
        assertTrue(failure.getMessage().contains("HttpPutResponseHopLimit to 2"), failure.getMessage());
    }

    @Test
    void aMetadataServiceThatIsMerelyDownIsNotTakenForTheHopLimit() {
        metadata.down = true;
        FetchFailure failure = assertThrows(FetchFailure.class, () -> instance().fetch());
        assertFalse(failure.getMessage().contains("HopLimit"), failure.getMessage());
        assertTrue(failure.getMessage().contains(metadata.url()), failure.getMessage());
    }

    @Test
    void aSlowEndpointFailsWithinTheFetchsLimit() {
        metadata.hangs = true;
        FetchFailure failure =
                assertThrows(FetchFailure.class, () -> container().fetch());
        assertTrue(failure.getMessage().contains("container endpoint " + metadata.url()), failure.getMessage());
    }

    @Test
    void webIdentitySendsTheTokenOfTheMomentUnsigned() throws Exception {
        Path token = Files.writeString(home.resolve("token"), "jwt-1\n");
        WebIdentity fetch = webIdentity(token);
        fetch.fetch();
        Files.writeString(token, "jwt-2\n");
        fetch.fetch();
        assertEquals("AssumeRoleWithWebIdentity", sts.calls.get(0).get("Action"));
        assertEquals("jwt-1", sts.calls.get(0).get("WebIdentityToken"));
        assertEquals("jwt-2", sts.calls.get(1).get("WebIdentityToken"));
        assertEquals("arn:aws:iam::1:role/irsa", sts.calls.get(1).get("RoleArn"));
        assertEquals("countersign", sts.calls.get(1).get("RoleSessionName"));
        assertEquals("", sts.authorizations.get(0));
    }

    @Test
    void webIdentityNamesAMissingFileOrRole() {
        assertTrue(assertThrows(
                        FetchFailure.class,
                        () -> webIdentity(home.resolve("absent")).fetch())
                .getMessage()
                .contains("absent can't be read"));
        WebIdentity halfSet = WebIdentity.ofEnvironment(environment("AWS_WEB_IDENTITY_TOKEN_FILE", "/t"));
        assertTrue(assertThrows(FetchFailure.class, halfSet::fetch).getMessage().contains("AWS_ROLE_ARN is not"));
    }

    @Test
    void theDefaultTakesTheFirstThatIsSetUp() throws Exception {
        Environment keys = environment("AWS_ACCESS_KEY_ID", "ENV", "AWS_SECRET_ACCESS_KEY", "s", "AWS_PROFILE", "p");
        assertEquals("ENV", FirstOf.defaultChain(keys).fetch().keys().accessKeyId());
        Files.createDirectories(home.resolve(".aws"));
        Files.writeString(
                home.resolve(".aws/credentials"), "[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n");
        assertEquals("FILE", FirstOf.defaultChain(environment()).fetch().keys().accessKeyId());
        Environment instance = environment("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url(), "AWS_PROFILE", "none");
        assertEquals("ASIA1", FirstOf.defaultChain(instance).fetch().keys().accessKeyId());
    }

    @Test
    void theDefaultDoesNotGoOnPastASourceThatIsSetUpAndFails() {
        Environment broken = environment(
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                "/absent",
                "AWS_ROLE_ARN",
                "arn:aws:iam::1:role/r",
                "AWS_EC2_METADATA_SERVICE_ENDPOINT",
                metadata.url());
        FetchFailure failure = assertThrows(
                FetchFailure.class, () -> FirstOf.defaultChain(broken).fetch());
        assertTrue(failure.getMessage().startsWith("web-identity: token file /absent"), failure.getMessage());
        assertTrue(failure.getMessage().contains("environment: AWS_ACCESS_KEY_ID is not set"), failure.getMessage());
        assertTrue(metadata.requests.isEmpty());
    }

    @Test
    void theDefaultSaysWhatEachPlaceLacks() {
        Environment nothing = environment("AWS_EC2_METADATA_DISABLED", "true");
        String message = assertThrows(
                        FetchFailure.class, () -> FirstOf.defaultChain(nothing).fetch())
                .getMessage();
        for (String part : new String[] {
            "AWS_ACCESS_KEY_ID is not set",
            "AWS_WEB_IDENTITY_TOKEN_FILE is not set",
            "no profile 'default' in " + home,
            "AWS_CONTAINER_CREDENTIALS_FULL_URI is set",
            "AWS_EC2_METADATA_DISABLED is true"
        }) {
            assertTrue(message.contains(part), message);
        }
    }
}
