package io.countersign.proxy.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.config.Environment;
import io.countersign.sigv4.AwsCredentials;
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

class CredentialsRegistryTest {
    private static final Environment NOTHING = new Environment(Map.of(), Path.of("/nonexistent"));
    private final ManualTime time = new ManualTime();

    private static CredentialsConfig fixed(String name, String id) {
        return new CredentialsConfig(
                name, new CredentialsConfig.Static(new AwsCredentials(id, "secret", null)), Optional.empty());
    }

    private static String keyId(NamedCredentials provider) {
        return assertInstanceOf(Credentials.Usable.class, provider.current())
                .value()
                .accessKeyId();
    }

    @Test
    void aReloadKeepsWhatIsUnchangedAndReplacesTheRest() {
        CredentialsRegistry first = Registries.started(
                Map.of("default", fixed("default", "A"), "b", fixed("b", "B"), "c", fixed("c", "C")),
                time.immediate(),
                NOTHING);
        NamedCredentials kept = first.get("default").orElseThrow();
        NamedCredentials changed = first.get("b").orElseThrow();
        CredentialsRegistry second =
                Registries.reloaded(first, Map.of("default", fixed("default", "A"), "b", fixed("b", "B2")));
        assertSame(kept, second.get("default").orElseThrow());
        assertNotSame(changed, second.get("b").orElseThrow());
        assertEquals("B2", keyId(second.get("b").orElseThrow()));
        assertEquals("B", keyId(changed), "an exchange under way still signs");
        assertEquals(Optional.empty(), second.get("c"));
        assertEquals(
                List.of("b", "default"),
                second.status().stream().map(CredentialsStatus::name).toList());
    }

    @Test
    void aRotatedCredentialsFileIsPickedUp(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("credentials");
        Files.writeString(file, "[reporting]\naws_access_key_id = ONE\naws_secret_access_key = s\n");
        Environment environment = new Environment(Map.of("AWS_SHARED_CREDENTIALS_FILE", file.toString()), dir);
        CredentialsConfig profile =
                new CredentialsConfig("default", new CredentialsConfig.Profile("reporting"), Optional.empty());
        NamedCredentials provider = Registries.started(Map.of("default", profile), time.immediate(), environment)
                .get("default")
                .orElseThrow();
        assertEquals("ONE", keyId(provider));
        Files.writeString(file, "[reporting]\naws_access_key_id = TWO\naws_secret_access_key = s\n");
        time.advance(Duration.ofMinutes(5));
        assertEquals("TWO", keyId(provider));
        Files.writeString(file, "[reporting]\naws_access_key_id = THREE\naws_secret_access_key = s\n");
        provider.refresh(((Credentials.Usable) provider.current()).value());
        assertEquals("THREE", keyId(provider));
    }

    @Test
    void fetchesOnThreadsOfItsOwn() throws Exception {
        try (CredentialsRegistry providers = Registries.started(
                Map.of("default", fixed("default", "A")), RefreshRuntime.withOwnThreads(Clock.systemUTC()), NOTHING)) {
            NamedCredentials provider = providers.get("default").orElseThrow();
            provider.await().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertEquals("A", keyId(provider));
        }
    }

    private static CredentialsConfig absent(String name) {
        return new CredentialsConfig(name, new CredentialsConfig.Profile("absent"), Optional.empty());
    }

    private CredentialsRegistry afterAReloadToWhatFails(AwsCredentials credentials) {
        CredentialsConfig before =
                new CredentialsConfig("a", new CredentialsConfig.Static(credentials), Optional.empty());
        return Registries.reloaded(
                Registries.started(Map.of("a", before), time.immediate(), NOTHING), Map.of("a", absent("a")));
    }

    @Test
    void aChangedSourceServesTheKeysOfBeforeUntilItHasItsOwn(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("credentials");
        Environment environment = new Environment(Map.of("AWS_SHARED_CREDENTIALS_FILE", file.toString()), dir);
        CredentialsRegistry first = Registries.started(Map.of("a", fixed("a", "OLD")), time.immediate(), environment);
        CredentialsRegistry second = Registries.reloaded(first, Map.of("a", absent("a")));
        NamedCredentials provider = second.get("a").orElseThrow();
        assertEquals("OLD", keyId(provider));
        assertEquals(
                "OLD",
                assertInstanceOf(
                                Credentials.Usable.class,
                                provider.await().toCompletableFuture().get())
                        .value()
                        .accessKeyId());
        CredentialsStatus status = second.status().get(0);
        assertTrue(status.usable());
        assertTrue(
                status.fetches().lastError().orElseThrow().contains("AWS_SHARED_CREDENTIALS_FILE"), status.toString());
        Files.writeString(file, "[absent]\naws_access_key_id = NEW\naws_secret_access_key = s\n");
        time.advance(Duration.ofSeconds(2));
        assertEquals("NEW", keyId(provider));
        second.close();
    }

    @Test
    void keysOfBeforeAreServedNoLongerThanABound() {
        CredentialsRegistry second = afterAReloadToWhatFails(new AwsCredentials("OLD", "secret", null));
        NamedCredentials provider = second.get("a").orElseThrow();
        time.advance(RefreshingCredentials.MAX_INHERITANCE.minusSeconds(1));
        assertEquals("OLD", keyId(provider));
        time.advance(Duration.ofSeconds(1));
        assertInstanceOf(Credentials.Missing.class, provider.current());
        second.close();
    }

    @Test
    void aSecondReloadDoesNotProlongTheKeysOfBefore() {
        CredentialsRegistry second = afterAReloadToWhatFails(new AwsCredentials("OLD", "secret", null));
        time.advance(RefreshingCredentials.MAX_INHERITANCE.minusSeconds(1));
        CredentialsRegistry third = Registries.reloaded(
                second,
                Map.of("a", new CredentialsConfig("a", new CredentialsConfig.Profile("gone"), Optional.empty())));
        NamedCredentials provider = third.get("a").orElseThrow();
        assertEquals("OLD", keyId(provider));
        time.advance(Duration.ofSeconds(1));
        assertInstanceOf(Credentials.Missing.class, provider.current());
        third.close();
    }

    @Test
    void aFailureOfTheNewSourceDoesNotShowTheKeysOfBefore() {
        CredentialsRegistry second =
                afterAReloadToWhatFails(new AwsCredentials("OLD", "canary-secret", "canary-token"));
        String shown =
                second.status().toString() + second.get("a").orElseThrow().current();
        assertFalse(shown.contains("canary"), shown);
        second.close();
    }
}
