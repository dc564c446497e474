package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tells configurations and lists apart. */
class HashesTest {
    private static final String SETTINGS = """
            countersign {
              routes { a { upstream = "https://a.example/x", auth = none, headers.set { X-Api-Key = CANARY } } }
              credentials { default { access-key-id = AKIDEXAMPLE, secret-access-key = CANARY } }
            }
            """;

    @TempDir
    Path folder;

    private ProxyConfig load(String text) {
        LoadResult result = HoconSource.text(text, folder, Map.of()).load();
        return assertInstanceOf(LoadResult.Loaded.class, result, result::toString)
                .config();
    }

    private String hash(String text) {
        return load(text).operation().hash();
    }

    @Test
    void whatIsWrittenElsewhereOrInAnotherOrderIsTheSameConfiguration() {
        String other = """
                # another comment
                countersign.credentials.default { secret-access-key = CANARY, access-key-id = AKIDEXAMPLE }

                countersign.routes.a { headers.set.X-Api-Key = CANARY, auth = none, upstream = "https://a.example/x" }
                """;
        assertEquals(hash(SETTINGS), hash(other));
        assertTrue(hash(SETTINGS).matches("[0-9a-f]{16}"));
    }

    @Test
    void anotherSettingIsAnotherConfiguration() {
        assertNotEquals(hash(SETTINGS), hash(SETTINGS + "countersign.drain.quiet = 6 s"));
        assertNotEquals(hash(SETTINGS), hash(SETTINGS.replace("a.example", "b.example")));
    }

    /** Everyone may see the hash, and could try guesses against it. */
    @Test
    void noSecretIsPartOfIt() {
        assertEquals(hash(SETTINGS), hash(SETTINGS.replace("CANARY", "ANOTHER")));
    }

    @Test
    void aListHasTheHashOfItsFileAndOfThoseThatItIncludes() throws IOException {
        Files.writeString(folder.resolve("allow.list"), "10.0.0.1\ninclude \"more.list\"\n");
        Files.writeString(folder.resolve("more.list"), "10.0.0.2\n");
        Files.writeString(folder.resolve("deny.list"), "10.9.0.0/16\n");
        String lists = SETTINGS + "countersign.access { allow-files = [allow.list], deny-files = [deny.list] }";
        Map<String, String> before = load(lists).access().lists().hashes();
        assertEquals(before, load(lists).access().lists().hashes());
        Files.writeString(folder.resolve("more.list"), "10.0.0.3\n");
        Map<String, String> after = load(lists).access().lists().hashes();
        assertNotEquals(before.get("allow.list"), after.get("allow.list"));
        assertEquals(before.get("deny.list"), after.get("deny.list"));
        assertEquals(hash(lists), hash(lists));
    }
}
