package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** What acts the same has the same hash, so that a fleet's instances can be compared whoever wrote their files. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "# a comment",
                "drain.quiet = 7 seconds",
                "drain.quiet = 7000 ms",
                "limits.max-header-bytes = 8192",
                "access.allow-shrink = no",
                "access.allowed-hosts = [localhost, \"127.0.0.1\", \"[::1]\"]",
                "access.deny = []",
                "listeners = [{ bind = \"127.0.0.1:8005\" }]",
                "listeners.0 { bind = \"127.0.0.1:8005\", keep-alive-idle = 1 m }",
                "routes.a.match.path-prefix = /",
                "routes.a.on-failure = auto",
                "routes.a.timeouts.connect = 3 s",
                "routes.a.headers.remove = []",
                "no-such-setting = 1",
                "timeouts.connect = 3 s",
                "times.connect = 3 s"
            })
    void whatActsTheSameIsTheSameConfiguration(String written) {
        assertEquals(hash(SETTINGS), hash(SETTINGS + "countersign { " + written + "\n}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drain.quiet = 7001 ms",
                "limits.max-header-bytes = 8191",
                "access.allow-shrink = yes",
                "access.allowed-hosts = [localhost]",
                "access.allowed-hosts = [\"127.0.0.1\", localhost, \"[::1]\"]",
                "access.deny = [\"10.0.0.1\"]",
                "listeners = [{ bind = \"127.0.0.1:8005\" }, { bind = \"127.0.0.1:8009\" }]",
                "listeners = [{ bind = \"127.0.0.1:8005\", keep-alive-idle = 61 s }]",
                "routes.a.on-failure = relay",
                "routes.a.timeouts.connect = 2 s",
                "timeouts.connect = 2 s",
                "routes.b { upstream = \"https://b.example/x\", auth = none, match.path-prefix = /b }"
            })
    void whatActsOtherwiseIsAnother(String written) {
        assertNotEquals(hash(SETTINGS), hash(SETTINGS + "countersign { " + written + " }"));
    }

    /** Pods of one deployment have the same configuration, each with a session of its own. */
    @Test
    void theNameOfASessionIsNoPartOfIt() {
        String role = SETTINGS + "countersign.credentials.r { role-arn = \"arn:aws:iam::123456789012:role/x\" }\n";
        assertEquals(hash(role), hash(role + "countersign.credentials.r.session-name = pod-1"));
        assertNotEquals(hash(role), hash(role + "countersign.credentials.r.duration = 2 hours"));
    }

    @Test
    void whatFollowsFromTheHostMayBeWritten() {
        String route = "countersign.routes.m { upstream = \"" + Load.GATEWAY + "\" }\n";
        for (String same : List.of(
                "service = execute-api",
                "region = us-east-1",
                "path-encoding = double",
                "upstream.url = \"" + Load.GATEWAY + "\"")) {
            String other = same.startsWith("upstream")
                    ? "countersign.routes.m { " + same + " }"
                    : route + "countersign.routes.m." + same;
            assertEquals(hash(route), hash(other), same);
        }
        assertNotEquals(hash(route), hash(route + "countersign.routes.m.path-encoding = single"));
    }

    @Test
    void yamlIsTheSameAsHocon() throws IOException {
        Path yaml = Files.writeString(folder.resolve("a.yaml"), """
                countersign:
                  credentials:
                    default: { secret-access-key: CANARY, access-key-id: AKIDEXAMPLE }
                  routes:
                    a:
                      auth: none
                      headers: { set: { X-Api-Key: CANARY } }
                      upstream: https://a.example/x
                """);
        LoadResult result = HoconSource.file(yaml, Map.of()).load();
        assertEquals(
                hash(SETTINGS),
                assertInstanceOf(LoadResult.Loaded.class, result, result::toString)
                        .config()
                        .operation()
                        .hash());
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
