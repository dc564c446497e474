package io.countersign.gateway.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.ConfigSchema;
import io.countersign.proxy.config.FurtherKeys;
import io.countersign.proxy.config.Kind;
import io.countersign.proxy.config.Kinds;
import io.countersign.proxy.config.Reference;
import io.countersign.proxy.config.Units;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The schema says what the readers take: each line of kinds.txt and gateway-kinds.txt is held against the reader of its setting. */
@Timeout(300)
class SchemaTest {
    private static final FurtherKeys FURTHER = new GatewaySettings().keys();
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(json(ConfigValueFactory.fromMap(ConfigSchema.of(FURTHER))));

    /** A path of the elements of a list of upstreams. */
    private static final String UPSTREAMS = "routes.*.upstream.#";

    /** What settings need beside them to be read at all. */
    private static final Map<String, String> BESIDE = Map.ofEntries(
            Map.entry("credentials.*.duration", "credentials.c.role-arn = \"arn:aws:iam::111122223333:role/r\""),
            Map.entry("credentials.*.tags.*", "credentials.c.role-arn = \"arn:aws:iam::111122223333:role/r\""),
            Map.entry(
                    "routes.*.limits.body",
                    "routes.r { upstream = \"https://b.s3.us-east-1.amazonaws.com\", payload = unsigned }"),
            Map.entry(
                    "routes.*.brownout.for",
                    "routes.r { brownout.every = 6 h, state = deprecated, deprecation = 2027-01-01 }"),
            Map.entry(
                    "routes.*.brownout.every",
                    "routes.r { brownout.for = 10 s, state = deprecated, deprecation = 2027-01-01 }"),
            Map.entry("tenants.*.burst", "tenants.tt.rate = 5/s"),
            Map.entry("identity.kubernetes.refresh", "identity.kubernetes.issuer = \"https://i.example\""),
            Map.entry("identity.kubernetes.max-stale", "identity.kubernetes.issuer = \"https://i.example\""),
            Map.entry("console.mode", "console.bind = \"unix:/run/c.sock\""),
            Map.entry("console.group", "console.bind = \"unix:/run/c.sock\""),
            Map.entry("drain.quiet", "drain.max = 1 h"));

    /** Whatever people may write; what a setting takes of it is for its reader to say. */
    private static final List<Object> WRITTEN = List.of(
            "soon",
            "5 s",
            "5 seconds",
            "5 S",
            "10 MiB",
            "10 mib",
            "64",
            "6 4",
            "",
            64,
            -1,
            1.5,
            true,
            "yes",
            "on",
            List.of(),
            List.of("x"),
            List.of(List.of()),
            List.of(Map.of("x", 1)),
            Map.of("x", 1));

    private static final Pattern ASKED = Pattern.compile(
            "\\.(?:text|string|integer|duration|size|flag|choice|texts|sections|section|parsed|parsedAll)\\(\\s*\"([a-z-]+)\"");

    private static String json(ConfigValue value) {
        return value.render(ConfigRenderOptions.concise());
    }

    private static Map<String, Kind> kinds() {
        Map<String, Kind> all = new TreeMap<>(Kinds.ofCore().all());
        all.putAll(FURTHER.kinds().all());
        return all;
    }

    /** Those that are settings, not patterns of names. */
    private static Stream<String> settings() {
        return kinds().entrySet().stream()
                .filter(each -> !each.getValue().text().startsWith("name "))
                .map(Map.Entry::getKey);
    }

    /** The path with names in place of stars; of a listener's setting, without the listener. */
    private static String named(String path) {
        return path.replace("listeners.#.", "")
                .replace("credentials.*", "credentials.c")
                .replace("routes.*", "routes.r")
                .replace("tenants.*", "tenants.tt")
                .replace(".*", ".x");
    }

    /** A configuration in which that setting has that value. */
    private static Config with(String path, Object value) {
        Config config =
                ConfigFactory.parseString("routes.r.upstream = \"https://a.execute-api.us-east-1.amazonaws.com\"");
        if (path.startsWith("routes.*.upstream.") && !path.endsWith(".url")) {
            config = ConfigFactory.parseString(
                    "routes.r.upstream.url = \"https://a.execute-api.us-east-1.amazonaws.com\"");
        }
        config = ConfigFactory.parseString(BESIDE.getOrDefault(path, "")).withFallback(config);
        ConfigValue written = ConfigValueFactory.fromAnyRef(value);
        if (path.startsWith(UPSTREAMS)) {
            config = config.withoutPath("routes.r.upstream")
                    .withValue("routes.r.upstream", ConfigValueFactory.fromIterable(List.of(upstream(path, written))));
        } else if (path.startsWith("listeners.#.")) {
            Config listener = ConfigFactory.parseString("bind = \"127.0.0.1:8005\"");
            ConfigObject one = listener.withValue(named(path), written).root();
            config = config.withValue("listeners", ConfigValueFactory.fromIterable(List.of(one)));
        } else {
            config = config.withoutPath(named(path)).withValue(named(path), written);
        }
        return config.atKey("countersign");
    }

    /** One of several upstreams in which that setting has that value; the path of all of it ends in the list. */
    private static ConfigValue upstream(String path, ConfigValue written) {
        return path.equals(UPSTREAMS)
                ? written
                : ConfigFactory.parseString("url = \"https://a.execute-api.us-east-1.amazonaws.com\"")
                        .withValue(path.substring(UPSTREAMS.length() + 1), written)
                        .root();
    }

    private static List<ConfigFault> faults(Config config) {
        LoadResult result = HoconSource.text(json(config.root()), Path.of("").toAbsolutePath(), Map.of())
                .strict()
                .load();
        return result instanceof LoadResult.Faulty faulty ? faulty.faults() : List.of();
    }

    /** Faults of that setting, or within it. */
    private static List<String> faults(String path, Object value) {
        String at = path.startsWith("listeners.#.")
                ? "(listeners[0]." + named(path)
                : "(" + named(path).replace(".#", "[0]");
        return faults(with(path, value)).stream()
                .filter(fault -> fault.where().contains(at))
                .map(ConfigFault::what)
                .toList();
    }

    private static boolean isRefused(Config config) {
        return !SCHEMA.validate(json(config.root()), InputFormat.JSON).isEmpty();
    }

    private static boolean isRefused(String path, Object value) {
        return isRefused(with(path, value));
    }

    /** Else an editor would mark what is right, and a chart refuse it. */
    @ParameterizedTest
    @MethodSource("settings")
    void theSchemaRefusesNothingThatTheReaderTakes(String path) {
        List<Object> values = new ArrayList<>(WRITTEN);
        values.addAll(kinds().get(path).words());
        for (Object value : values) {
            if (isRefused(path, value)) {
                assertFalse(
                        faults(path, value).isEmpty(), () -> path + " = " + value + " is refused by the schema alone");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void theReaderKnowsTheSettingAndItsWords(String path) {
        Kind kind = kinds().get(path);
        List<Object> values = new ArrayList<>(kind.words());
        values.addAll(values.stream().map(List::of).toList());
        values.add("x");
        for (Object value : values) {
            for (String fault : faults(path, value)) {
                assertFalse(fault.contains("unknown setting"), () -> path + ": " + fault);
                if (kind.words().contains(value)) {
                    assertFalse(fault.contains("is not one of"), () -> path + ": " + fault);
                }
            }
        }
        if (kind.alternatives().contains("string")) {
            for (String fault : faults(path, "\u00a7")) {
                assertFalse(
                        Stream.of("is not one of", "is not a duration", "is not a size", "is not a whole number")
                                .anyMatch(fault::contains),
                        () -> path + " is more than a text: " + fault);
            }
        }
        // A word that the reader has come to take shows in its message.
        if (!kind.isList()
                && !kind.words().isEmpty()
                && kind.words().size() == kind.alternatives().size()) {
            List<String> faults = faults(path, "\u00a7");
            assertTrue(
                    faults.stream()
                            .anyMatch(fault -> fault.contains("is not one of "
                                    + String.join(
                                            ", ", kind.words().stream().sorted().toList()))),
                    () -> path + ": " + faults);
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void theSchemaRefusesWhatIsOfAnotherKind(String path) {
        Kind kind = kinds().get(path);
        assertTrue(isRefused(path, List.of(List.of())), () -> path + " = [[]]");
        assertTrue(isRefused(path, Map.of("x", 1)), () -> path + " = {x: 1}");
        boolean takesList = kind.isList() || kinds().containsKey(path + ".#");
        assertEquals(!takesList, isRefused(path, List.of()), () -> path + " = []");
        if (kind.isList()) {
            assertTrue(isRefused(path, "x"), () -> path + " = x");
        } else if (!kind.alternatives().contains("string")) {
            assertTrue(isRefused(path, "soon"), () -> path + " = soon");
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void theBoundsAreTheReaders(String path) {
        Kind kind = kinds().get(path);
        kind.bounds("integer").ifPresent(bounds -> {
            long least = Long.parseLong(bounds.least());
            long most = Long.parseLong(bounds.most());
            assertBounds(path, least, most, least - 1, most + 1, "is not a whole number from");
            assertTrue(isRefused(path, least - 1) && isRefused(path, most + 1), path);
        });
        kind.bounds("duration").ifPresent(bounds -> {
            Duration least = Units.duration(bounds.least()).orElseThrow();
            Duration most = Units.duration(bounds.most()).orElseThrow();
            String below = least.isZero() ? "-1 ms" : least.toMillis() - 1 + " ms";
            assertBounds(
                    path,
                    bounds.least(),
                    bounds.most(),
                    below,
                    most.toMillis() + 1 + " ms",
                    "out of bounds",
                    "not a duration");
        });
        kind.bounds("size").ifPresent(bounds -> {
            long below = Units.size(bounds.least()).orElseThrow() - 1;
            String[] most = bounds.most().split(" ", 2);
            String above = Long.parseLong(most[0]) + 1 + " " + most[1];
            assertBounds(path, bounds.least(), bounds.most(), below, above, "bytes; write a size", "not a size");
        });
    }

    private static void assertBounds(
            String path, Object least, Object most, Object below, Object above, String... saying) {
        for (Object good : List.of(least, most)) {
            List<String> faults = faults(path, good);
            assertFalse(says(faults, saying), () -> path + " = " + good + ": " + faults);
            assertFalse(isRefused(path, good), () -> path + " = " + good);
        }
        for (Object bad : List.of(below, above)) {
            List<String> faults = faults(path, bad);
            assertTrue(says(faults, saying), () -> path + " = " + bad + ": " + faults);
        }
    }

    private static boolean says(List<String> faults, String... texts) {
        return faults.stream().anyMatch(fault -> Stream.of(texts).anyMatch(fault::contains));
    }

    /** A setting with a default that is not in kinds.txt would be refused by the schema, and by no variable found. */
    @Test
    void everyDefaultIsASettingAndTaken() {
        for (Config reference : List.of(Reference.read(), FURTHER.reference())) {
            reference.entrySet().forEach(each -> {
                String path = String.join(".", ConfigUtil.splitPath(each.getKey()))
                        .replaceFirst("^each\\.listener\\.", "listeners.#.")
                        .replaceFirst("^each\\.route\\.", "routes.*.")
                        .replaceFirst("^each\\.role\\.", "credentials.*.")
                        .replaceFirst("^each\\.credentials\\.", "credentials.*.")
                        .replaceFirst("^each\\.tenant\\.", "tenants.*.")
                        .replaceFirst("^countersign\\.", "");
                if (path.equals("listeners")) {
                    return; // A list of sections.
                }
                Optional<Kind> kind = Optional.ofNullable(kinds().get(path));
                assertTrue(
                        kind.isPresent(), () -> path + " has a default, and no line in kinds.txt or gateway-kinds.txt");
                assertEquals(kind.get().isList(), each.getValue().valueType() == ConfigValueType.LIST, path);
                assertFalse(isRefused(path, each.getValue().unwrapped()), () -> path + "'s default is refused");
            });
        }
    }

    /** By the texts that they ask for; a new setting that is forgotten in kinds.txt has a name that no line has. */
    @Test
    void everyKeyThatAReaderAsksForIsASetting() throws Exception {
        TreeSet<String> known = new TreeSet<>(List.of("value"));
        kinds().keySet().forEach(path -> known.addAll(List.of(path.split("\\."))));
        TreeSet<String> unknown = new TreeSet<>();
        int readers = 0;
        for (Path root : List.of(Path.of("../proxy/src/main/java"), Path.of("src/main/java"))) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    String text = Files.readString(file);
                    if (!text.contains("import io.countersign.proxy.config.Section;")) {
                        continue;
                    }
                    readers++;
                    Matcher asked = ASKED.matcher(text);
                    while (asked.find()) {
                        if (!known.contains(asked.group(1))) {
                            unknown.add(file.getFileName() + ": " + asked.group(1));
                        }
                    }
                }
            }
        }
        assertEquals(new TreeSet<>(), unknown);
        assertTrue(readers > 20, readers + " readers");
    }

    @Test
    void whatIsShippedIsTaken() throws Exception {
        Object yaml = new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(Path.of("../conf/countersign.yaml")));
        assertFalse(isRefused(ConfigValueFactory.fromMap(stringKeys(yaml)).toConfig()));
        assertFalse(isRefused(
                ConfigFactory.parseFile(Path.of("../conf/countersign.conf").toFile())));
    }

    @SuppressWarnings("unchecked") // YAML of ours, in which all keys are texts
    private static Map<String, Object> stringKeys(Object yaml) {
        return (Map<String, Object>) yaml;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "countersgn {}",
                "countersign.limits.in-flght = 9",
                "countersign.routes.\"a b\" {}",
                "countersign.tenants.a {}",
                "countersign.listeners = [{ port = 1 }]",
                "countersign.routes.m.upstream.uri = \"https://a.example\"",
                "countersign.routes.m = \"https://a.example\"",
                "countersign.identity.kubernetes.issuers = x"
            })
    void whatIsNotASettingIsRefused(String hocon) {
        assertTrue(isRefused(ConfigFactory.parseString(hocon)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "countersign.times.exchange = 5 s",
                "countersign.routes.m { path-style = s3, answers = relay, sign-in = query, times.exchange = 1 s }",
                "countersign.limits { head = 9000, target = 1 KiB, fields = 10 }, countersign.access.hosts = [a]",
                "countersign.routes.m { upstream { url = \"https://a.example\", connect = \"b:443\" }, headers.set { a = 1 } }"
            })
    void formerNamesAndOtherFormsAreTaken(String hocon) {
        assertFalse(isRefused(ConfigFactory.parseString(hocon)));
    }
}
