package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.sigv4.AwsCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilesTest {
    private static final String ROUTE = "countersign.routes.m.upstream = \"" + Load.GATEWAY + "\"\n";

    @TempDir
    Path folder;

    @Test
    void anUnsetVariableAmongTheOriginsOfWebPagesIsAFault() {
        assertEquals(
                1,
                Load.faults(Load.with("routes.m.cors = [${?NOPE}]"), Map.of()).size());
    }

    @Test
    void theShippedConfigurationLoadsAndLetsLoopbackIn() throws Exception {
        LoadResult result =
                HoconSource.file(Path.of("../conf/countersign.conf"), Map.of()).load();

        LoadResult.Loaded loaded = assertInstanceOf(LoadResult.Loaded.class, result, result::toString);
        assertEquals(List.of(), loaded.warnings());
        assertInstanceOf(
                Verdict.Allowed.class,
                loaded.config().access().rules().addresses().decide(InetAddress.getLoopbackAddress()));
        assertInstanceOf(
                Verdict.Denied.class,
                loaded.config().access().rules().addresses().decide(InetAddress.getByName("10.0.0.1")));
        assertEquals(
                Set.of("countersign.conf", "allow.list", "deny.list"),
                loaded.files().stream().map(f -> f.getFileName().toString()).collect(Collectors.toSet()));
    }

    @Test
    void theShippedConfigurationTakesItsUpstreamFromTheEnvironment() {
        LoadResult result = HoconSource.file(
                        Path.of("../conf/countersign.conf"),
                        Map.of(
                                "COUNTERSIGN_ROUTES_GATEWAY_UPSTREAM",
                                "https://x.execute-api.eu-west-1.amazonaws.com/v1"))
                .load();

        LoadResult.Loaded loaded = assertInstanceOf(LoadResult.Loaded.class, result, result::toString);
        assertEquals(
                "eu-west-1",
                loaded.config().routes().get(0).signing().orElseThrow().region());
    }

    @Test
    void saysThatTheFileIsMissing() {
        LoadResult result =
                HoconSource.file(folder.resolve("none.conf"), Map.of()).load();

        LoadResult.Faulty faulty = assertInstanceOf(LoadResult.Faulty.class, result);
        assertEquals(1, faulty.faults().size());
        assertTrue(faulty.faults().get(0).what().contains("create it, or correct the path"));
        assertEquals(Set.of(folder.resolve("none.conf")), faulty.files());
    }

    @Test
    void saysThatItIsAFolder() {
        LoadResult.Faulty faulty = assertInstanceOf(
                LoadResult.Faulty.class, HoconSource.file(folder, Map.of()).load());

        assertTrue(faulty.faults().get(0).what().contains("is not a regular file"));
    }

    @Test
    void includesFilesRelativeToTheIncludingOneAndWatchesThem() throws Exception {
        Path sub = Files.createDirectory(folder.resolve("sub"));
        write("sub/routes.conf", "include \"deeper.conf\"\ncountersign.routes.m.headers.set.x-key = \"file:key\"\n");
        write("sub/deeper.conf", ROUTE);
        write("sub/key", "from sub\n");
        write("key", "from top\n");

        LoadResult.Loaded loaded = loaded("include file(\"sub/routes.conf\")\ncountersign.limits.in-flight = 9\n");

        assertEquals("from sub", header(loaded));
        assertEquals(9, loaded.config().limits().inFlight());
        assertEquals(
                Set.of(
                        folder.resolve("c.conf"),
                        sub.resolve("routes.conf"),
                        sub.resolve("deeper.conf"),
                        sub.resolve("key")),
                loaded.files());
    }

    @Test
    void namesFileAndLineOfAnIncludedFault() throws Exception {
        write("more.conf", "\ncountersign.limits.in-flight = none\n");

        assertEquals(
                List.of("more.conf:2 (limits.in-flight)"),
                faults("include \"more.conf\"\n" + ROUTE).stream()
                        .map(f -> f.where().substring(f.where().lastIndexOf('/') + 1))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "include url(\"http://127.0.0.1:1/x.conf\")",
                "include \"http://127.0.0.1:1/x.conf\"",
                "include \"file:///etc/hosts\"",
                "include classpath(\"reference.conf\")",
                "include \"missing.conf\"",
                "include required(file(\"missing.conf\"))",
                "include \"c.conf\"",
            })
    void includesNothingElse(String include) throws Exception {
        List<ConfigFault> faults = faults(include + "\n" + ROUTE);

        assertEquals(1, faults.size(), faults::toString);
        assertTrue(
                faults.get(0).toString().matches("(?s).*(include a file instead|create it|remove the include).*"),
                faults::toString);
    }

    @Test
    void readsHeaderAndKeysFromFilesWithoutTheLineEndAfterThem() throws Exception {
        write("key", "secret value\r\n");
        write("id", "AKIDEXAMPLE\n");
        write("secret", "wJalr");

        LoadResult.Loaded loaded = loaded(ROUTE + """
                countersign.routes.m.headers.set.x-key = "file:key"
                countersign.credentials.default { access-key-id = "file:id", secret-access-key = "file:secret" }
                """);

        assertEquals("secret value", header(loaded));
        assertEquals(
                new CredentialsConfig.Static(new AwsCredentials("AKIDEXAMPLE", "wJalr", null)),
                loaded.config().credentials().get("default").provider());
        assertTrue(loaded.files().contains(folder.resolve("secret")));
    }

    @Test
    void warnsOfAMisspeltPrefixWithoutTheValueAfterIt() throws Exception {
        LoadResult.Loaded loaded = loaded(ROUTE + """
                countersign.routes.m.headers.set { x-key = "flie:CANARY", x-other = "life: CANARY", x-url = "tile://x" }
                countersign.credentials.default { access-key-id = AKIDEXAMPLE, secret-access-key = "File:CANARY" }
                """);

        assertEquals(
                List.of("2 (routes.m.headers.set.x-key)", "3 (credentials.default.secret-access-key)"),
                loaded.warnings().stream()
                        .map(ConfigFault::where)
                        .map(where -> where.substring(where.lastIndexOf(':') + 1))
                        .sorted()
                        .toList());
        assertFalse(loaded.warnings().toString().contains("CANARY"), loaded.warnings()::toString);
    }

    @Test
    void namesFileAndLineOfAListsFaults() throws Exception {
        write("deny.list", "10.0.0.1\n0177.0.0.1\n10.0.0.5/8\n");

        assertEquals(
                List.of(folder.resolve("deny.list") + ":2", folder.resolve("deny.list") + ":3"),
                faults(ROUTE + "countersign.access.deny-files = [deny.list]").stream()
                        .map(ConfigFault::where)
                        .toList());
    }

    /** As those of lists: so that the file can be opened from where the configuration was named. */
    @Test
    void namesAPolicyFromWhereTheConfigurationWasNamed() throws IOException {
        write("policy.json", "{\n\"Version\": \"2012-10-17\",\n\"Statements\": []\n}\n");
        write("policies.conf", ROUTE + "countersign.access.policy-files = [\"policy.json\"]");
        Path relative = Path.of("").toAbsolutePath().relativize(folder.resolve("policies.conf"));
        LoadResult bad = HoconSource.file(relative, Map.of()).load();
        assertTrue(
                ((LoadResult.Faulty) bad)
                        .faults()
                        .get(0)
                        .where()
                        .startsWith(relative.resolveSibling("policy.json") + ":3:"),
                bad.toString());
    }

    @Test
    void namesAListAsTheConfigurationIsNamed() throws Exception {
        write("deny.list", "10.0.0.5/8\n");
        write("allow.list", "include bridges.list\n");
        write("bridges.list", "172.17.0.0/16\n");
        Files.createDirectory(folder.resolve("sub"));
        write("sub/lists.conf", "countersign.access { allow-files = [\"../allow.list\"], deny-files = [${?DENY}] }\n");
        write("c.conf", ROUTE + "include \"sub/lists.conf\"\n");
        Path relative = Path.of("").toAbsolutePath().relativize(folder.resolve("c.conf"));

        LoadResult bad = HoconSource.file(relative, Map.of("DENY", "deny.list")).load();
        LoadResult good = HoconSource.file(relative, Map.of("COUNTERSIGN_ACCESS_DENY_FILES", "[]"))
                .load();

        assertEquals(
                relative.resolveSibling("deny.list") + ":1",
                assertInstanceOf(LoadResult.Faulty.class, bad).faults().get(0).where());
        assertEquals(
                relative.resolveSibling("bridges.list") + ":1",
                assertInstanceOf(LoadResult.Loaded.class, good, good::toString)
                        .warnings()
                        .get(0)
                        .where());
    }

    @Test
    void anEmptyAllowFileAllowsNobody() throws Exception {
        write("allow.list", "");

        LoadResult.Loaded loaded = loaded(ROUTE + "countersign.access.allow-files = [allow.list]");

        assertInstanceOf(
                Verdict.Denied.class,
                loaded.config().access().rules().addresses().decide(InetAddress.getLoopbackAddress()));
        assertTrue(loaded.warnings().toString().contains("every caller is denied"), loaded.warnings()::toString);
    }

    @Test
    void wantsCertificatesInACaFile() throws Exception {
        write("ca.pem", "no certificate\n");

        List<ConfigFault> faults = faults(ROUTE + "countersign.routes.m.tls.ca = ca.pem");

        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).what().contains("certificate"), faults::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret-access-key = CANARY$x",
                "secret-access-key = CANARY+x }}",
                "secret-access-key = \"CANARY",
                "secret-access-key = { a = CANARY }",
                "secret-access-key = [CANARY]",
                "secret-access-key = \"CANARY CANARY\"",
                "secret-access-key = CANARY, session-token = \"CANARY \\n\"",
                "access-key-id = \"CANARY/\"",
            })
    void noFaultRepeatsASecret(String keys) throws Exception {
        List<ConfigFault> faults = faults(ROUTE + "countersign.credentials.c { " + keys + " }");

        assertFalse(faults.toString().contains("CANARY"), faults::toString);
        assertFalse(faults.isEmpty());
    }

    @Test
    void neverPrintsASecretWhenLoaded() throws Exception {
        write("key", "CANARY-FILE\n");

        LoadResult.Loaded loaded = loaded(ROUTE + """
                countersign.routes.m.headers.set { x-key = "file:key", x-other = CANARY-HEADER }
                countersign.credentials.default {
                  access-key-id = CANARYID, secret-access-key = CANARY-SECRET, session-token = CANARY-TOKEN
                }
                """);

        String printed = loaded.toString();
        assertFalse(printed.contains("CANARY"), printed);
    }

    @Test
    void toleratesAByteOrderMark() throws Exception {
        loaded("\uFEFF" + ROUTE);
    }

    private static String header(LoadResult.Loaded loaded) {
        return loaded.config().routes().get(0).rewrite().headers().set().get(0).value();
    }

    private LoadResult.Loaded loaded(String text) throws IOException {
        write("c.conf", text);
        LoadResult result = HoconSource.file(folder.resolve("c.conf"), Map.of()).load();
        return assertInstanceOf(LoadResult.Loaded.class, result, result::toString);
    }

    private List<ConfigFault> faults(String text) throws IOException {
        write("c.conf", text);
        LoadResult result = HoconSource.file(folder.resolve("c.conf"), Map.of()).load();
        return assertInstanceOf(LoadResult.Faulty.class, result, result::toString)
                .faults();
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }
}
