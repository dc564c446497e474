package io.countersign.proxy.credentials.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.credentials.CredentialsProvider;
import io.countersign.proxy.credentials.CredentialsRegistry;
import io.countersign.proxy.credentials.FetchFailure;
import io.countersign.proxy.credentials.ManualTime;
import io.countersign.proxy.credentials.RefreshingCredentials;
import io.countersign.proxy.credentials.Registries;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
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

/** Each provider by the name that a configuration gives it, from its text to its credentials. */
class NamedProvidersTest {
    private static final String ROLE = "arn:aws:iam::123456789012:role/";

    @TempDir
    Path home;

    // Near the real time, which is what the SDK's own providers go by.
    private final ManualTime time = new ManualTime(Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS));
    private LoopbackMetadata metadata;
    private LoopbackSts sts;

    @BeforeEach
    void start() throws Exception {
        metadata = new LoopbackMetadata(time);
        sts = new LoopbackSts();
        sts.clock = time;
        Files.createDirectories(home.resolve(".aws"));
    }

    @AfterEach
    void stop() {
        metadata.close();
        sts.close();
    }

    private Map<String, CredentialsConfig> credentials(String settings) {
        LoadResult result =
                HoconSource.text("""
                countersign {
                  credentials { %s }
                  routes { m { upstream = "https://abc123.execute-api.us-east-1.amazonaws.com/prod" } }
                }
                """.formatted(settings), home, Map.of()).load();
        return assertInstanceOf(LoadResult.Loaded.class, result, result::toString)
                .config()
                .credentials();
    }

    private CredentialsProvider named(String settings, Environment environment) {
        return Providers.of(credentials("c { " + settings + " }").get("c"), environment);
    }

    private Environment environment(String... variables) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            map.put(variables[i], variables[i + 1]);
        }
        return new Environment(map, home);
    }

    private void profile(String text) throws Exception {
        Files.writeString(home.resolve(".aws/config"), text);
    }

    @Test
    void environmentAloneIsAskedEvenWhereAnotherSourceIsSetUp() throws Exception {
        profile("[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n");
        CredentialsProvider set =
                named("type = environment", environment("AWS_ACCESS_KEY_ID", "ENV", "AWS_SECRET_ACCESS_KEY", "s"));
        assertEquals("ENV", set.fetch().credentials().accessKeyId());
        assertEquals("environment", set.kind());
        CredentialsProvider unset = named("type = environment", environment());
        assertTrue(
                assertThrows(FetchFailure.class, unset::fetch).getMessage().contains("AWS_ACCESS_KEY_ID is not set"));
    }

    @Test
    void instanceWalks() throws Exception {
        CredentialsProvider fetch =
                named("type = instance", environment("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url()));
        ProviderWalk.walk(time, fetch, down -> metadata.down = down);
        CredentialsProvider off = named("type = instance", environment("AWS_EC2_METADATA_DISABLED", "true"));
        assertEquals(
                "instance: AWS_EC2_METADATA_DISABLED is true",
                assertThrows(FetchFailure.class, off::fetch).getMessage());
    }

    @Test
    void containerWalks() throws Exception {
        String url = metadata.url() + "/container";
        CredentialsProvider fetch = named("type = container", environment("AWS_CONTAINER_CREDENTIALS_FULL_URI", url));
        ProviderWalk.walk(time, fetch, down -> metadata.down = down);
        CredentialsProvider unset = named("type = container", environment());
        assertTrue(assertThrows(FetchFailure.class, unset::fetch).getMessage().startsWith("container: neither "));
    }

    @Test
    void podIdentityWalksWhenItsTokenIsRotatedLate() throws Exception {
        Path token = Files.writeString(home.resolve("pod-token"), "canary-one");
        String url = metadata.url() + "/container";
        metadata.authorization = "canary-one";
        CredentialsProvider fetch = named(
                "type = container",
                environment(
                        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                        url,
                        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                        token.toString()));
        ProviderWalk.walk(time, fetch, down -> {
            metadata.authorization = "canary-two";
            Files.writeString(token, down ? "canary-one" : "canary-two");
        });
    }

    @Test
    void webIdentityWalks() throws Exception {
        Path token = Files.writeString(home.resolve("token"), "canary-jwt\n");
        CredentialsProvider fetch = named("""
                web-identity-token-file = token, role-arn = "%sirsa", duration = 20 m, session-name = pod
                sts-endpoint = "%s"
                """.formatted(ROLE, sts.url()), environment());
        ProviderWalk.walk(time, fetch, down -> {
            if (down) {
                Files.delete(token);
            } else {
                Files.writeString(token, "canary-jwt-2\n");
            }
        });
        assertEquals("1200", sts.calls.get(0).get("DurationSeconds"));
        assertEquals("pod", sts.calls.get(0).get("RoleSessionName"));
        assertEquals("canary-jwt-2", sts.calls.get(2).get("WebIdentityToken"));
    }

    @Test
    void credentialProcessWalks() throws Exception {
        Path until = home.resolve("until");
        Path count = home.resolve("count");
        Path script = Files.writeString(home.resolve("credentials.sh"), """
                #!/bin/sh
                echo x >> %1$s
                [ -f %2$s ] || { echo 'vault is sealed' >&2; exit 3; }
                echo '{"Version":1,"AccessKeyId":"PROC'$(wc -l < %1$s | tr -d ' ')'","SecretAccessKey":"canary-s",'
                echo '"SessionToken":"canary-t","Expiration":"'$(cat %2$s)'"}'
                """.formatted(count, until));
        assertTrue(script.toFile().setExecutable(true));
        profile("[profile p]\ncredential_process = " + script + "\n");
        Files.writeString(until, time.instant().plus(Duration.ofHours(1)).toString());
        ProviderWalk.walk(time, named("profile = p", environment()), down -> {
            if (down) {
                Files.delete(until);
            } else {
                Instant next = time.instant().plus(Duration.ofHours(1));
                Files.writeString(until, next.toString());
            }
        });
    }

    @Test
    void aProfileFileIsReadAgainAndItsKeysOutliveIt() throws Exception {
        Path file = home.resolve(".aws/config");
        profile("[profile p]\naws_access_key_id = ONE\naws_secret_access_key = s\n");
        RefreshingCredentials provider =
                new RefreshingCredentials("c", named("profile = p", environment()), time.immediate()).start();
        assertEquals("ONE", ProviderWalk.id(provider));
        profile("[profile p]\naws_access_key_id = TWO\naws_secret_access_key = s\n");
        time.advance(Duration.ofMinutes(5));
        assertEquals("TWO", ProviderWalk.id(provider));
        Files.delete(file);
        time.advance(Duration.ofMinutes(6));
        assertTrue(provider.status().fetches().failures() > 0);
        assertTrue(provider.status().fetches().lastError().orElseThrow().contains("no profile 'p'"));
        assertEquals("TWO", ProviderWalk.id(provider), "long-lived credentials are good until there are others");
        profile("[profile p]\naws_access_key_id = THREE\naws_secret_access_key = s\n");
        time.advance(Duration.ofSeconds(30));
        assertEquals("THREE", ProviderWalk.id(provider));
        provider.close();
    }

    private String chain(String profile) {
        return """
                base { profile = %1$s }
                hub { source = base, role-arn = "%2$shub", sts-endpoint = "%3$s" }
                c {
                  source = hub, role-arn = "%2$stenant", external-id = e1, sts-endpoint = "%3$s", sts-region = eu-west-1
                  tags { team = metrics }
                }
                """.formatted(profile, ROLE, sts.url());
    }

    @Test
    void aChainOfRolesWalks() throws Exception {
        profile("[profile p]\naws_access_key_id = BASE\naws_secret_access_key = canary-s\n");
        CredentialsProvider fetch = Providers.of(credentials(chain("p")).get("c"), environment());
        ProviderWalk.walk(
                time,
                fetch,
                down -> sts.error = down ? new String[] {"403", "AccessDenied", "canary-s is not welcome"} : null);
        assertEquals(ROLE + "hub", sts.calls.get(0).get("RoleArn"));
        assertEquals(ROLE + "tenant", sts.calls.get(1).get("RoleArn"));
        assertEquals("metrics", sts.calls.get(1).get("Tags.member.1.Value"));
        assertTrue(sts.authorizations.get(0).contains("Credential=BASE/"), sts.authorizations.get(0));
        assertTrue(sts.authorizations.get(1).contains("Credential=ASIA1/"), sts.authorizations.get(1));
        assertTrue(sts.authorizations.get(1).contains("/eu-west-1/sts/"), sts.authorizations.get(1));
    }

    @Test
    void aReloadKeepsAChainUnlessAnythingBelowItChanged() throws Exception {
        profile("[profile p]\naws_access_key_id = P\naws_secret_access_key = s\n"
                + "[profile q]\naws_access_key_id = Q\naws_secret_access_key = s\n");
        CredentialsRegistry first = Registries.started(
                credentials(chain("p")), time.immediate(), environment("AWS_EC2_METADATA_DISABLED", "true"));
        CredentialsRegistry second = Registries.reloaded(first, credentials(chain("p")));
        CredentialsRegistry third = Registries.reloaded(second, credentials(chain("q")));

        assertSame(first.get("c").orElseThrow(), second.get("c").orElseThrow());
        assertNotSame(second.get("c").orElseThrow(), third.get("c").orElseThrow());
        assertTrue(sts.authorizations.stream().anyMatch(a -> a.contains("Credential=Q/")), "asked with the new base");
        third.close();
    }
}
