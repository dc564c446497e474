package io.countersign.proxy.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.config.CredentialsConfig;
import io.countersign.sigv4.AwsKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsSourcesTest {
    private static final Environment NOTHING = new Environment(Map.of(), Path.of("/nonexistent"));
    private final ManualTime time = new ManualTime();

    private static CredentialsConfig fixed(String name, String id) {
        return new CredentialsConfig(
                name, new CredentialsConfig.Static(new AwsKeys(id, "secret", null)), Optional.empty());
    }

    private static String keyId(CredentialsSource source) {
        return assertInstanceOf(Credentials.Usable.class, source.current())
                .keys()
                .accessKeyId();
    }

    @Test
    void aReloadKeepsWhatIsUnchangedAndReplacesTheRest() {
        CredentialsSources first = CredentialsSources.create(
                Map.of("default", fixed("default", "A"), "b", fixed("b", "B"), "c", fixed("c", "C")),
                time.immediate(),
                NOTHING);
        CredentialsSource kept = first.get("default").orElseThrow();
        CredentialsSource changed = first.get("b").orElseThrow();
        CredentialsSources second = first.reconfigure(Map.of("default", fixed("default", "A"), "b", fixed("b", "B2")));
        assertSame(kept, second.get("default").orElseThrow());
        assertNotSame(changed, second.get("b").orElseThrow());
        assertEquals("B2", keyId(second.get("b").orElseThrow()));
        assertEquals("B", keyId(changed), "an exchange under way still signs");
        assertEquals(Optional.empty(), second.get("c"));
        assertEquals(
                List.of("b", "default"),
                second.status().stream().map(SourceStatus::name).toList());
    }

    @Test
    void aRotatedCredentialsFileIsPickedUp(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("credentials");
        Files.writeString(file, "[reporting]\naws_access_key_id = ONE\naws_secret_access_key = s\n");
        Environment environment = new Environment(Map.of("AWS_SHARED_CREDENTIALS_FILE", file.toString()), dir);
        CredentialsConfig profile =
                new CredentialsConfig("default", new CredentialsConfig.Profile("reporting"), Optional.empty());
        CredentialsSource source = CredentialsSources.create(Map.of("default", profile), time.immediate(), environment)
                .get("default")
                .orElseThrow();
        assertEquals("ONE", keyId(source));
        Files.writeString(file, "[reporting]\naws_access_key_id = TWO\naws_secret_access_key = s\n");
        time.advance(Duration.ofMinutes(5));
        assertEquals("TWO", keyId(source));
        Files.writeString(file, "[reporting]\naws_access_key_id = THREE\naws_secret_access_key = s\n");
        source.refresh(((Credentials.Usable) source.current()).keys());
        assertEquals("THREE", keyId(source));
    }

    @Test
    void fetchesOnThreadsOfItsOwn() throws Exception {
        try (CredentialsSources sources =
                CredentialsSources.create(Map.of("default", fixed("default", "A")), Clock.systemUTC(), NOTHING)) {
            CredentialsSource source = sources.get("default").orElseThrow();
            source.await().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertEquals("A", keyId(source));
        }
    }

    private static CredentialsConfig absent(String name) {
        return new CredentialsConfig(name, new CredentialsConfig.Profile("absent"), Optional.empty());
    }

    private CredentialsSources afterAReloadToWhatFails(AwsKeys keys) {
        CredentialsConfig before = new CredentialsConfig("a", new CredentialsConfig.Static(keys), Optional.empty());
        return CredentialsSources.create(Map.of("a", before), time.immediate(), NOTHING)
                .reconfigure(Map.of("a", absent("a")));
    }

    @Test
    void aChangedSourceServesTheKeysOfBeforeUntilItHasItsOwn(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("credentials");
        Environment environment = new Environment(Map.of("AWS_SHARED_CREDENTIALS_FILE", file.toString()), dir);
        CredentialsSources first =
                CredentialsSources.create(Map.of("a", fixed("a", "OLD")), time.immediate(), environment);
        CredentialsSources second = first.reconfigure(Map.of("a", absent("a")));
        CredentialsSource source = second.get("a").orElseThrow();
        assertEquals("OLD", keyId(source));
        assertEquals(
                "OLD",
                assertInstanceOf(
                                Credentials.Usable.class,
                                source.await().toCompletableFuture().get())
                        .keys()
                        .accessKeyId());
        SourceStatus status = second.status().get(0);
        assertTrue(status.usable());
        assertTrue(status.lastError().orElseThrow().contains("AWS_SHARED_CREDENTIALS_FILE"), status.toString());
        Files.writeString(file, "[absent]\naws_access_key_id = NEW\naws_secret_access_key = s\n");
        time.advance(Duration.ofSeconds(2));
        assertEquals("NEW", keyId(source));
        second.close();
    }

    @Test
    void keysOfBeforeAreServedNoLongerThanABound() {
        CredentialsSources second = afterAReloadToWhatFails(new AwsKeys("OLD", "secret", null));
        CredentialsSource source = second.get("a").orElseThrow();
        time.advance(RefreshingSource.LONGEST_INHERITANCE.minusSeconds(1));
        assertEquals("OLD", keyId(source));
        time.advance(Duration.ofSeconds(1));
        assertInstanceOf(Credentials.Missing.class, source.current());
        second.close();
    }

    @Test
    void aSecondReloadDoesNotProlongTheKeysOfBefore() {
        CredentialsSources second = afterAReloadToWhatFails(new AwsKeys("OLD", "secret", null));
        time.advance(RefreshingSource.LONGEST_INHERITANCE.minusSeconds(1));
        CredentialsSources third = second.reconfigure(
                Map.of("a", new CredentialsConfig("a", new CredentialsConfig.Profile("gone"), Optional.empty())));
        CredentialsSource source = third.get("a").orElseThrow();
        assertEquals("OLD", keyId(source));
        time.advance(Duration.ofSeconds(1));
        assertInstanceOf(Credentials.Missing.class, source.current());
        third.close();
    }

    @Test
    void aFailureOfTheNewSourceDoesNotShowTheKeysOfBefore() {
        CredentialsSources second = afterAReloadToWhatFails(new AwsKeys("OLD", "canary-secret", "canary-token"));
        String shown =
                second.status().toString() + second.get("a").orElseThrow().current();
        assertFalse(shown.contains("canary"), shown);
        second.close();
    }
}
