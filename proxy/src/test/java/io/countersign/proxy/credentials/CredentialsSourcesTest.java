package io.countersign.proxy.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

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
}
