package io.countersign.proxy.credentials.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.credentials.ManualTime;
import io.countersign.proxy.credentials.Principal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The providers that are asked over HTTP on the machine itself, and STS by web identity. */
class EndpointProvidersTest {
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

    private InstanceProvider instance() {
        Environment environment = environment("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url());
        return new InstanceProvider(environment);
    }

    private ContainerProvider container(String... more) {
        String[] variables = Arrays.copyOf(more, more.length + 2);
        variables[more.length] = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
        variables[more.length + 1] = metadata.url() + "/container";
        return new ContainerProvider(environment(variables));
    }

    private WebIdentityProvider webIdentity(Path token) {
        return WebIdentityProvider.ofEnvironment(environment(
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                token.toString(),
                "AWS_ROLE_ARN",
                "arn:aws:iam::1:role/irsa",
                "HOSTNAME",
                "pod-1",
                "AWS_ENDPOINT_URL_STS",
                sts.url()));
    }

    @Test
    void eachSourceSaysToWhomItsCredentialsBelong() throws Exception {
        Principal session = new Principal(
                Optional.of("arn:aws:sts::123456789012:assumed-role/r/x"), Optional.of("123456789012"), "");
        assertEquals(
                session,
                webIdentity(Files.writeString(home.resolve("token"), "canary-jwt"))
                        .fetch()
                        .principal());
        assertEquals(
                Principal.ofArn("arn:aws:iam::123456789012:role/task"),
                container().fetch().principal());
        assertEquals(
                Principal.ofArn("arn:aws-cn:sts::123456789012:assumed-role/node-role/i-0123456789abcdef0"),
                instance().fetch().principal());
        Environment keys = environment(
                "AWS_ACCESS_KEY_ID",
                "AKIDEXAMPLE",
                "AWS_SECRET_ACCESS_KEY",
                "canary-secret",
                "AWS_ACCOUNT_ID",
                "123456789012");
        assertEquals(
                Principal.ofAccount("123456789012"),
                new EnvironmentProvider(keys).fetch().principal());
        metadata.saysNothing = true;
        assertEquals(Principal.UNKNOWN, container().fetch().principal());
        assertEquals(Principal.UNKNOWN, instance().fetch().principal());
        assertEquals(Principal.UNKNOWN, Principal.ofArn("canary-secret"));
        assertEquals(Principal.UNKNOWN, Principal.ofArn("arn:aws:iam::1:role/r"));
    }

    @Test
    void webIdentityOfTheEnvironmentWalks() throws Exception {
        Path token = Files.writeString(home.resolve("token"), "canary-jwt\n");
        ProviderWalk.walk(
                time,
                webIdentity(token),
                down -> sts.error = down ? new String[] {"400", "InvalidIdentityToken", "no canary-jwt here"} : null);
    }

    @Test
    void tokensOfTheSecondVersionAreAskedFor() throws Exception {
        instance().fetch();
        assertTrue(metadata.requests.contains("PUT /latest/api/token"), metadata.requests.toString());
    }

    @Test
    void relativeContainerPathsAreAskedToo() throws Exception {
        ContainerProvider container = new ContainerProvider(environment(
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                "/container",
                "AWS_CONTAINER_SERVICE_ENDPOINT",
                metadata.url()));
        assertEquals("ASIA1", container.fetch().credentials().accessKeyId());
    }

    @Test
    void podIdentitysTokenFileIsReadAnewEachTime() throws Exception {
        Path token = Files.writeString(home.resolve("pod-token"), "one");
        ContainerProvider container = container("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token.toString());
        metadata.authorization = "one";
        assertEquals("ASIA1", container.fetch().credentials().accessKeyId());
        metadata.authorization = "two";
        assertThrows(FetchFailure.class, container::fetch);
        Files.writeString(token, "two");
        assertEquals("ASIA2", container.fetch().credentials().accessKeyId());
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
        WebIdentityProvider fetch = webIdentity(token);
        fetch.fetch();
        Files.writeString(token, "jwt-2\n");
        fetch.fetch();
        assertEquals("AssumeRoleWithWebIdentity", sts.calls.get(0).get("Action"));
        assertEquals("jwt-1", sts.calls.get(0).get("WebIdentityToken"));
        assertEquals("jwt-2", sts.calls.get(1).get("WebIdentityToken"));
        assertEquals("arn:aws:iam::1:role/irsa", sts.calls.get(1).get("RoleArn"));
        assertEquals("pod-1", sts.calls.get(1).get("RoleSessionName"));
        assertEquals("", sts.authorizations.get(0));
    }

    @Test
    void webIdentityNamesAMissingFileOrRole() {
        assertTrue(assertThrows(
                        FetchFailure.class,
                        () -> webIdentity(home.resolve("absent")).fetch())
                .getMessage()
                .contains("absent can't be read"));
        WebIdentityProvider halfSet =
                WebIdentityProvider.ofEnvironment(environment("AWS_WEB_IDENTITY_TOKEN_FILE", "/t"));
        assertTrue(assertThrows(FetchFailure.class, halfSet::fetch).getMessage().contains("AWS_ROLE_ARN is not"));
    }

    @Test
    void theDefaultTakesTheFirstThatIsSetUp() throws Exception {
        Environment credentials =
                environment("AWS_ACCESS_KEY_ID", "ENV", "AWS_SECRET_ACCESS_KEY", "s", "AWS_PROFILE", "p");
        assertEquals(
                "ENV",
                ProviderChain.defaultChain(credentials).fetch().credentials().accessKeyId());
        Files.createDirectories(home.resolve(".aws"));
        Files.writeString(
                home.resolve(".aws/credentials"), "[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n");
        assertEquals(
                "FILE",
                ProviderChain.defaultChain(environment()).fetch().credentials().accessKeyId());
        Environment instance = environment("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url());
        Files.delete(home.resolve(".aws/credentials"));
        assertEquals(
                "ASIA1",
                ProviderChain.defaultChain(instance).fetch().credentials().accessKeyId());
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
                FetchFailure.class, () -> ProviderChain.defaultChain(broken).fetch());
        assertTrue(failure.getMessage().startsWith("web-identity: token file /absent"), failure.getMessage());
        assertTrue(failure.getMessage().contains("environment: AWS_ACCESS_KEY_ID is not set"), failure.getMessage());
        assertTrue(metadata.requests.isEmpty());
    }

    @Test
    void theDefaultSaysWhatEachPlaceLacks() {
        Environment nothing = environment("AWS_EC2_METADATA_DISABLED", "true");
        String message = assertThrows(
                        FetchFailure.class,
                        () -> ProviderChain.defaultChain(nothing).fetch())
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

    @Test
    void podIdentitysTokenIsTrimmed() throws Exception {
        Path token = Files.writeString(home.resolve("pod-token"), "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln\n");
        metadata.authorization = "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln";
        assertEquals(
                "ASIA1",
                container("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token.toString())
                        .fetch()
                        .credentials()
                        .accessKeyId());
    }

    @Test
    void aTokenThatWouldBeginAnotherFieldIsRefusedAndNotShown() throws Exception {
        for (String text :
                new String[] {"canary-one\r\nX-Other: canary-two", "canary\u0000one", "canary-\u00e9", " \n"}) {
            Path token = Files.writeString(home.resolve("pod-token"), text);
            FetchFailure failure = assertThrows(
                    FetchFailure.class,
                    () -> container("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token.toString())
                            .fetch());
            assertFalse(failure.getMessage().contains("canary"), failure.getMessage());
            assertTrue(failure.getMessage().startsWith("container: token file "), failure.getMessage());
        }
        assertTrue(metadata.requests.isEmpty());
    }

    @Test
    void theReasonThatAContainerEndpointGivesIsRepeatedWithoutTheToken() {
        metadata.containerFails = "400";
        metadata.containerSays = "ExpiredTokenException: the token canary-token-canary-token is expired";
        FetchFailure failure = assertThrows(
                FetchFailure.class,
                () -> container("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Bearer canary-token-canary-token")
                        .fetch());
        assertEquals(
                "container endpoint " + metadata.url()
                        + ": 400 Bad Request: ExpiredTokenException: the token [redacted] is expired",
                failure.getMessage());
    }

    @Test
    void anInstanceWithTheFirstVersionAloneIsAskedUnlessThatIsDisabled() throws Exception {
        metadata.firstVersion = true;
        assertEquals("ASIA1", instance().fetch().credentials().accessKeyId());
        InstanceProvider second = new InstanceProvider(environment(
                "AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url(), "AWS_EC2_METADATA_V1_DISABLED", "true"));
        assertThrows(FetchFailure.class, second::fetch);
    }
}
