package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.route.RouteConfig;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file in YAML means what the same settings mean in HOCON; what could mean more or something else is refused. */
class YamlTest {
    private static final String ROUTE = """
            countersign:
              routes:
                m:
                  upstream: https://abc123.execute-api.us-east-1.amazonaws.com/prod
            """;

    @TempDir
    Path folder;

    @Test
    void readsTheSameKeys() throws Exception {
        write("key", "from a file\n");
        ProxyConfig config = loaded(ROUTE + """
                      match: { path-prefix: /api, methods: [POST, GET] }
                      sign-token: no
                      headers:
                        set:
                          x-key: file:key
                          "x.dotted": 'it''s'
                  limits:
                    in-flight: 9
                    body: 1 MiB
                  timeouts: {request: 5 s}
                  listeners:
                  - bind: 127.0.0.1:9005
                    head-timeout: 1 s
                  - bind: "[::1]:9005"
                  access:
                    allow:
                      - 10.0.0.0/8
                      - ::1
                      - 2001:db8::/32
                  credentials:
                    my_own: {profile: p}
                """).config();

        RouteConfig route = config.routes().get(0);
        assertEquals(Set.of("POST", "GET"), route.match().methods());
        assertEquals("/api", route.match().pathPrefix());
        assertFalse(route.signing().orElseThrow().signToken());
        assertEquals(
                Set.of(
                        new RouteConfig.SetHeader("x-key", "from a file", true),
                        new RouteConfig.SetHeader("x.dotted", "it's", false)),
                Set.copyOf(route.rewrite().headers().set()));
        assertEquals(9, config.limits().inFlight());
        assertEquals(Duration.ofSeconds(5), route.delivery().timeouts().exchange());
        assertEquals(
                List.of("127.0.0.1:9005", "[::1]:9005"),
                config.listeners().stream().map(each -> each.bind().toString()).toList());
        assertEquals(
                new CredentialsConfig.Profile("p"),
                config.credentials().get("my_own").provider());
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "on", "Yes", "True", "1.10", "2027-01-01", "1:30", "1e3", "08:00", "+1", ".5", "off"})
    void readsAValueAsItIsWritten(String value) throws Exception {
        ProxyConfig config =
                loaded(ROUTE + "      headers: {set: {x-a: " + value + "}}\n").config();

        assertEquals(
                value, config.routes().get(0).rewrite().headers().set().get(0).value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "no", "yes", "y"})
    void readsANameAsItIsWritten(String name) throws Exception {
        ProxyConfig config = loaded("countersign: {routes: {" + name + ": {upstream: \"" + Load.GATEWAY + "\"}}}")
                .config();

        assertEquals(name, config.routes().get(0).name());
    }

    @Test
    void readsOneDocumentWithItsMarkers() throws Exception {
        loaded("\uFEFF%YAML 1.2\n---\n# Ours\n" + ROUTE + "...\n");
        loaded("{\"countersign\": {\"routes\": {\"m\": {\"upstream\": \"" + Load.GATEWAY + "\"}}}}");
    }

    @Test
    void findsFilesRelativeToItsFolderAndWatchesThem() throws Exception {
        Files.createDirectory(folder.resolve("lists"));
        write("lists/allow.list", "10.0.0.1\n");

        LoadResult.Loaded loaded = loaded(ROUTE + "  access: {allow-files: [lists/allow.list]}\n");

        assertEquals(Set.of(folder.resolve("c.yaml"), folder.resolve("lists/allow.list")), loaded.files());
    }

    @Test
    void isIncludedByHocon() throws Exception {
        write("routes.yml", ROUTE);
        write("c.conf", "include \"routes.yml\"\ncountersign.limits.in-flight = 9\n");

        LoadResult result = HoconSource.file(folder.resolve("c.conf"), Map.of()).load();

        assertEquals(
                9,
                assertInstanceOf(LoadResult.Loaded.class, result, result::toString)
                        .config()
                        .limits()
                        .inFlight());
    }

    @Test
    void theEnvironmentGoesBeforeIt() throws Exception {
        write("c.yaml", ROUTE + "      region: us-east-1\n");

        LoadResult result = HoconSource.file(
                        folder.resolve("c.yaml"), Map.of("COUNTERSIGN_ROUTES_M_REGION", "eu-west-1"))
                .load();

        assertEquals(
                "eu-west-1",
                assertInstanceOf(LoadResult.Loaded.class, result, result::toString)
                        .config()
                        .routes()
                        .get(0)
                        .signing()
                        .orElseThrow()
                        .region());
    }

    static Stream<Arguments> faultsOfSettings() {
        return Stream.of(
                Arguments.of("  limits: {in-flight: none}", "5 (limits.in-flight): \"none\" is not a whole number"),
                Arguments.of(
                        "  limits:\n    body: x", "6 (limits.body): \"x\" is not a size; write a number and a unit"),
                Arguments.of("  limits: 5", "5 (limits): is a number; write an object"),
                Arguments.of(
                        "      sign-token: off", "5 (routes.m.sign-token): \"off\" is not one of false, no, true, yes"),
                Arguments.of("  listeners: 127.0.0.1:8005", "5 (listeners): is a string; write a list"),
                Arguments.of(
                        "  access:\n    deny:\n      - 10.0.0.5/8", "7 (access.deny[0]): \"10.0.0.5/8\" has host bits"),
                Arguments.of("  access:\n    alow: []", "6 (access.alow): unknown setting; did you mean \"allow\"?"),
                Arguments.of(
                        "limits:\n  body: 1 MiB", "5 (limits): unknown setting; every setting belongs in countersign"),
                Arguments.of("  limits:\n    body:", "6 (limits.body): is null; write a value"),
                Arguments.of("  limits: ~", "5 (limits): is null; write a value"),
                Arguments.of("  access: {deny: [null]}", "5 (access.deny[0]): is null; write a value"));
    }

    @ParameterizedTest
    @MethodSource("faultsOfSettings")
    void aFaultOfASettingReadsAsInHocon(String settings, String fault) throws Exception {
        assertFault(ROUTE + settings + "\n", "c.yaml:" + fault);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("", ": holds no setting; write countersign: on a line"),
                Arguments.of("# nothing\n", ": holds no setting"),
                Arguments.of("---\n...\n", ": holds no setting"),
                Arguments.of("countersign\n", ":1: is a string; write countersign: on a line"),
                Arguments.of("- countersign\n", ":1: is a list; write countersign: on a line"),
                Arguments.of(ROUTE + "---\n" + ROUTE, ":5: a second document begins here; keep one"),
                Arguments.of(
                        ROUTE + "  limits: {}\n  limits: {}\n",
                        ":6 (limits): is written twice, the first time on line 5"),
                Arguments.of(
                        ROUTE + "  limits:\n    body: 1 MiB\n    \"body\": 2 MiB\n",
                        ":7 (limits.body): is written twice, the first time on line 6"),
                Arguments.of(ROUTE + "  limits: &a {}\n", ":5 (limits): anchors are not read; take it out"),
                Arguments.of(ROUTE + "  log: *a\n", ":5 (log): aliases are not read; write the value out"),
                Arguments.of(ROUTE + "  limits: {<<: {}}\n", ":5 (limits): << would merge other settings in"),
                Arguments.of(ROUTE + "  limits: !x {}\n", ":5 (limits): tags are not read; take it out"),
                Arguments.of(ROUTE + "  limits: {body: !!int 5}\n", ":5 (limits.body): tags are not read"),
                Arguments.of(ROUTE + "  access: {deny: !!set [a, b]}\n", ":5 (access.deny): tags are not read"),
                Arguments.of(
                        "countersign: {routes: {8005: {}}}",
                        ":1 (routes): has the key 8005, which is not a text to YAML; write \"8005\" in double quotes"),
                Arguments.of("countersign: {routes: {true: {}}}", ":1 (routes): has the key true, which is not a text"),
                Arguments.of("countersign: {routes: {~: {}}}", ":1 (routes): has null as a key"),
                Arguments.of("countersign: {routes: {[a]: {}}}", ":1 (routes): has a list or an object as a key"),
                Arguments.of("countersign: {? {a: [b]} : c}", ":1: has a list or an object as a key"),
                Arguments.of(
                        "countersign.limits: {}",
                        ":1: countersign.limits is a single name in YAML; write countersign: on a line and limits: indented"),
                Arguments.of(
                        ROUTE + "  limits: {in-flight: 010}\n", ":5 (limits.in-flight): YAML readers differ on what"),
                Arguments.of(
                        ROUTE + "  limits: {in-flight: 0o17}\n", ":5 (limits.in-flight): YAML readers differ on what"),
                Arguments.of(
                        ROUTE + "  limits: {in-flight: 0x1F}\n", ":5 (limits.in-flight): YAML readers differ on what"),
                Arguments.of(
                        ROUTE + "  limits: {in-flight: 1_000}\n", ":5 (limits.in-flight): YAML readers differ on what"),
                Arguments.of(
                        ROUTE + "      region: ${REGION}\n",
                        ":5 (routes.m.region): ${REGION} is not replaced in YAML; set COUNTERSIGN_ROUTES_M_REGION instead"),
                Arguments.of(
                        ROUTE + "  access: {allow: [\"${?ONE}\"]}\n",
                        ":5 (access.allow[0]): ${?ONE} is not replaced in YAML; set COUNTERSIGN_ACCESS_ALLOW instead"),
                Arguments.of("a: " + "[".repeat(60) + "]".repeat(60), ":1: is nested more than 50 deep"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWhatCouldMeanSomethingElse(String text, String fault) throws Exception {
        assertFault(text, "c.yaml" + fault);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of(
                        "countersign {\n  limits { body = 5 }\n}\n",
                        ":1: this looks like HOCON; let the file's name end"),
                Arguments.of("# Ours\ncountersign.limits.body = 5\n", ":2: this looks like HOCON"),
                Arguments.of("include \"x.conf\"\na: b\n", ":1: this looks like HOCON"),
                Arguments.of("countersign:\n\tlimits: {}\n", ":2: a tab is used to indent"),
                Arguments.of(ROUTE + "   limits:\n", ":5: the indentation fits no line above"),
                Arguments.of(
                        ROUTE + "      region: a: b\n", ":5: a key is indented more than its neighbours, or a value"),
                Arguments.of(ROUTE + "      region\n", ":6: a line is neither a key with its colon"),
                Arguments.of(ROUTE + "      region: \"a\n", ":5: a quote is opened and not closed"),
                Arguments.of(ROUTE + "      region: \"\\x\"\n", ":5: a \\ in double quotes begins an escape"),
                Arguments.of(
                        ROUTE + "      region: @a\n",
                        ":5: a value that begins with @, ` or % must be in double quotes"),
                Arguments.of(
                        ROUTE + "      read-paths: [*/search]\n",
                        ":5: a value that begins with * or & must be in double quotes"),
                Arguments.of(ROUTE + "      region: !\n", ":5 (routes.m.region): tags are not read"),
                Arguments.of(
                        ROUTE + "  listeners:\n    - bind: [::1]:8005\n",
                        ":6: a value is missing, or one that begins with a bracket"),
                Arguments.of(ROUTE + "  access: {allow: [a, b}\n", ":5: a bracket or brace is not closed"),
                Arguments.of(ROUTE + "  access: {allow: [a, b]\n", ":6: a bracket or brace is not closed"),
                Arguments.of(ROUTE + "      region: a\u0001b\n", ":5: holds a control character"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void saysWhatToWrite(String text, String fault) throws Exception {
        assertFault(text, "c.yaml" + fault);
    }

    @Test
    void reportsAllThatIsRefusedAtOnce() throws Exception {
        List<String> faults = faults("countersign: {limits: {body: 010, body: &a 5}, routes: {1: *a}, a.b: !x y}");

        assertEquals(7, faults.size(), faults::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret-access-key: CANARY: CANARY",
                "secret-access-key: \"CANARY",
                "secret-access-key: \"CANARY\\q\"",
                "secret-access-key: [CANARY",
                "secret-access-key: {CANARY}",
                "secret-access-key: @CANARY",
                "secret-access-key: *CANARY",
                "secret-access-key: &CANARY x",
                "secret-access-key: !CANARY x",
                "secret-access-key: !CANARY!a x",
                "secret-access-key: CANARY\u0001",
                "secret-access-key CANARY",
                "secret-access-key: |CANARY",
                "secret-access-key: 'CANARY' CANARY",
                "secret-access-key: 'CANARY ${CANARY2} x'",
            })
    void noFaultRepeatsASecret(String line) throws Exception {
        List<String> faults = faults(ROUTE + "  credentials:\n    c:\n      access-key-id: ABCD\n      " + line + "\n");

        assertFalse(faults.isEmpty());
        assertFalse(faults.toString().replace("${CANARY2}", "").contains("CANARY"), faults::toString);
    }

    @Test
    void theShippedFileSetsWhatTheOneInHoconSets() {
        ProxyConfig yaml = shipped("countersign.yaml");
        ProxyConfig hocon = shipped("countersign.conf");

        assertEquals(
                hocon.listeners().stream().map(ListenerConfig::bind).toList(),
                yaml.listeners().stream().map(ListenerConfig::bind).toList());
        assertEquals(hocon.admin().bind(), yaml.admin().bind());
        assertEquals(hocon.routes(), yaml.routes());
        assertEquals(hocon.access().allowedHosts(), yaml.access().allowedHosts());
        assertEquals(hocon.limits(), yaml.limits());
        assertEquals(hocon.operation().drain(), yaml.operation().drain());
        assertEquals(hocon.operation().log(), yaml.operation().log());
    }

    @Test
    void everyLineThatTheShippedFileShowsInACommentLoads() throws Exception {
        String shipped = Files.readString(Path.of("../conf/countersign.yaml"));
        String uncommented = Pattern.compile("(?m)^( *)# ( *(?:[a-z-]+:(?: [^ ].*)?))$")
                .matcher(shipped)
                .replaceAll(line -> line.group(2).matches(" *(?:access: errors \\(|own, set them).*")
                        ? line.group()
                        : line.group(1) + line.group(2));
        for (String file : List.of("allow.list", "deny.list")) {
            Files.copy(Path.of("../conf").resolve(file), folder.resolve(file));
        }
        write("api-key", "key\n");

        RouteConfig route = loaded(uncommented).config().routes().get(0);

        assertEquals("reporting", route.signing().orElseThrow().credentials());
        assertEquals(1, route.rewrite().headers().set().size());
    }

    @Test
    void hoconNeedsNothingOfTheLibraryForYaml() throws Exception {
        try (WithoutYaml loader = new WithoutYaml()) {
            Class<?> source = loader.loadClass(HoconSource.class.getName());
            Object hocon = source.getMethod("text", String.class, Path.class, Map.class)
                    .invoke(null, Load.with(""), folder, Map.of());
            assertEquals(
                    "Loaded", source.getMethod("load").invoke(hocon).getClass().getSimpleName());

            write("c.yaml", ROUTE);
            Object yaml =
                    source.getMethod("file", Path.class, Map.class).invoke(null, folder.resolve("c.yaml"), Map.of());
            InvocationTargetException e = assertThrows(
                    InvocationTargetException.class,
                    () -> source.getMethod("load").invoke(yaml));
            assertInstanceOf(NoClassDefFoundError.class, e.getCause());
        }
    }

    /** Loads the proxy anew, and nothing of the library. */
    private static final class WithoutYaml extends URLClassLoader {
        WithoutYaml() throws IOException {
            super(urls(), YamlTest.class.getClassLoader());
        }

        private static URL[] urls() throws IOException {
            List<URL> urls = new ArrayList<>();
            for (String each : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                urls.add(Path.of(each).toUri().toURL());
            }
            return urls.toArray(URL[]::new);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("org.snakeyaml.")) {
                throw new ClassNotFoundException(name);
            }
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            return name.startsWith("io.countersign.proxy.") ? findClass(name) : super.loadClass(name, resolve);
        }
    }

    private static ProxyConfig shipped(String file) {
        LoadResult result =
                HoconSource.file(Path.of("../conf").resolve(file), Map.of()).load();
        LoadResult.Loaded loaded = assertInstanceOf(LoadResult.Loaded.class, result, result::toString);
        assertEquals(List.of(), loaded.warnings());
        return loaded.config();
    }

    private LoadResult.Loaded loaded(String text) throws IOException {
        write("c.yaml", text);
        LoadResult result = HoconSource.file(folder.resolve("c.yaml"), Map.of()).load();
        return assertInstanceOf(LoadResult.Loaded.class, result, result::toString);
    }

    /** Without the folder in front. */
    private List<String> faults(String text) throws IOException {
        write("c.yaml", text);
        LoadResult result =
                HoconSource.file(folder.resolve("c.yaml"), Map.of()).strict().load();
        return assertInstanceOf(LoadResult.Faulty.class, result, result::toString).faults().stream()
                .map(ConfigFault::toString)
                .map(fault -> fault.replace(folder + "/", ""))
                .toList();
    }

    private void assertFault(String text, String fault) throws IOException {
        List<String> faults = faults(text);
        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).startsWith(fault), faults::toString);
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }
}
