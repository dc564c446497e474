package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.Reference;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.route.RouteConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {

    @Test
    void setsAnyKeyAndGoesBeforeTheFile() {
        ProxyConfig config = Load.good(
                "limits.in-flight = 10\ncredentials.my_own { profile = p }",
                Map.of(
                        "COUNTERSIGN_LIMITS_IN_FLIGHT", "64",
                        "COUNTERSIGN_TIMEOUTS_REQUEST", "5 s",
                        "COUNTERSIGN_ROUTES_M_REPLAY_SAFE", "true",
                        "COUNTERSIGN_ROUTES_M_CREDENTIALS", "my_own",
                        "COUNTERSIGN_CREDENTIALS_MY___OWN_PROFILE", "other",
                        "COUNTERSIGN_ACCESS_ALLOW", "[\"10.0.0.0/8\", \"::1\"]",
                        "COUNTERSIGN_LISTENERS", "[{ bind = \"0.0.0.0:9000\", head-timeout = 1 s }]",
                        "COUNTERSIGN_LOG", "{ access = sample, sample = 7 }"));

        assertEquals(64, config.limits().inFlight());
        assertEquals(
                Duration.ofSeconds(5),
                config.routes().get(0).delivery().timeouts().exchange());
        assertTrue(config.routes().get(0).delivery().replaySafe());
        assertEquals(
                new CredentialsConfig.Profile("other"),
                config.credentials().get("my_own").provider());
        assertEquals("0.0.0.0:9000", config.listeners().get(0).bind().toString());
        assertEquals(Duration.ofSeconds(60), config.listeners().get(0).keepAliveIdle());
        assertEquals(7, config.operation().log().sample());
    }

    @Test
    void addsARouteThatNoFileHas() {
        ProxyConfig config = Load.loaded(
                        "countersign {}",
                        Map.of(
                                "COUNTERSIGN_ROUTES_METRICS_UPSTREAM", Load.GATEWAY,
                                "COUNTERSIGN_LISTENERS_0_BIND", "127.0.0.1:1",
                                "COUNTERSIGN_LISTENERS_1_BIND", "127.0.0.1:2"))
                .config();

        assertEquals("metrics", config.routes().get(0).name());
        assertEquals(
                List.of(1, 2),
                config.listeners().stream()
                        .map(l -> l.bind().tcp().orElseThrow().port())
                        .toList());
    }

    @Test
    void findsKeysOfTheFileWhateverTheirCase() {
        ProxyConfig config = Load.loaded(
                        "countersign.routes.MyRoute { upstream = \"" + Load.GATEWAY
                                + "\", headers.set.X-Api-Key = old }",
                        Map.of("COUNTERSIGN_ROUTES_MYROUTE_HEADERS_SET_X__API__KEY", "new"))
                .config();

        assertEquals(
                List.of(new RouteConfig.SetHeader("X-Api-Key", "new", false)),
                config.routes().get(0).rewrite().headers().set());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "COUNTERSIGN_LIMITS_IN_FLIHGT | unknown setting; did you mean COUNTERSIGN_LIMITS_IN_FLIGHT?",
                "COUNTERSIGN_LIMTS_CONNECTIONS | unknown setting; did you mean COUNTERSIGN_LIMITS_CONNECTIONS?",
                "COUNTERSIGN_LIMITS_BODY_MAX | unknown setting; did you mean COUNTERSIGN_LIMITS_BODY?",
                "COUNTERSIGN_ROUTES_M_UPSTRAEM | unknown setting; did you mean COUNTERSIGN_ROUTES_M_UPSTREAM?",
                "COUNTERSIGN_ROUTES_M_HEADERS_SET_X_KEY | did you mean COUNTERSIGN_ROUTES_M_HEADERS_SET_X__KEY?",
                "COUNTERSIGN_ROUTES_MY_ROUTE_UPSTREAM | did you mean COUNTERSIGN_ROUTES_MY__ROUTE_UPSTREAM?",
                "COUNTERSIGN_LIMITS____BODY | unknown setting; did you mean COUNTERSIGN_LIMITS_BODY?",
                "COUNTERSIGN_ | unknown setting; write COUNTERSIGN_ and the setting's path",
                "COUNTERSIGN_SOMETHING_ELSE | unknown setting; write COUNTERSIGN_ and the setting's path",
                "COUNTERSIGN_LIMITS_ | unknown setting; did you mean COUNTERSIGN_LIMITS?",
                "COUNTERSIGN_LIMITS_BODY | is not a size; write a number and a unit",
            })
    void namesTheVariableAndWhatWasMeant(String variable, String remedy) {
        List<String> faults = Load.faults(
                Load.with("routes.my-route { match.path-prefix = /m, upstream = \"" + Load.GATEWAY + "\" }"),
                Map.of(variable, "x"));

        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).startsWith("environment variable " + variable), faults::toString);
        assertTrue(faults.get(0).contains(remedy), faults::toString);
    }

    /** A setting that is there in two ways is none that the variable can decide between. */
    @Test
    void namesBothSettingsThatAVariableCouldMean() {
        List<String> faults = Load.faults(
                Load.with("credentials { Team-A { profile = a }, team-a { profile = b } }"),
                Map.of("COUNTERSIGN_CREDENTIALS_TEAM__A_PROFILE", "c"));

        assertEquals(
                List.of(
                        "environment variable COUNTERSIGN_CREDENTIALS_TEAM__A_PROFILE: can mean credentials.Team-A.profile"
                                + " and credentials.team-a.profile; set it in the file, or rename one of them"),
                faults);
    }

    @ParameterizedTest
    @CsvSource({
        "COUNTERSIGN_LIMITS_IN__FLIGHT, COUNTERSIGN_LIMITS_IN_FLIGHT, 64",
        "COUNTERSIGN_ROUTES_M_MATCH_PATH__PREFIX, COUNTERSIGN_ROUTES_M_MATCH_PATH_PREFIX, /x",
        "COUNTERSIGN_ACCESS_DENY__STATUS, COUNTERSIGN_ACCESS_DENY_STATUS, 503",
        "COUNTERSIGN_CREDENTIALS_MY___OWN_STS__REGION, COUNTERSIGN_CREDENTIALS_MY___OWN_STS_REGION, us-east-1",
        "COUNTERSIGN_LISTENERS_0_HEAD__TIMEOUT, COUNTERSIGN_LISTENERS_0_HEAD_TIMEOUT, 5 s",
    })
    void readsTheFormerSpellingWithAWarning(String former, String current, String value) {
        String settings = "credentials.my_own.role-arn = \"arn:aws:iam::111122223333:role/r\"";
        Map<String, String> bind = Map.of("COUNTERSIGN_LISTENERS_0_BIND", "127.0.0.1:9005");
        LoadResult.Loaded old = Load.loaded(Load.with(settings), both(bind, former, value));
        LoadResult.Loaded now = Load.loaded(Load.with(settings), both(bind, current, value));

        assertEquals(List.of(), now.warnings());
        assertEquals(
                List.of("environment variable " + former + ": is now called " + current
                        + "; the old name is still read, so rename it soon"),
                old.warnings().stream().map(ConfigFault::toString).toList());
        assertEquals(described(now).replace(current, ""), described(old).replace(former, ""));
        assertNotEquals(described(Load.loaded(Load.with(settings), bind)), described(now));
    }

    private static Map<String, String> both(Map<String, String> one, String name, String value) {
        Map<String, String> all = new HashMap<>(one);
        all.put(name, value);
        return all;
    }

    private static String described(LoadResult.Loaded loaded) {
        ProxyConfig config = loaded.config();
        return config.listeners() + " " + config.limits() + " " + config.routes() + " " + config.credentials() + " "
                + config.access().refusals().denied();
    }

    @Test
    void theNewSpellingGoesBeforeTheFormerOne() {
        ProxyConfig config =
                Load.good("", Map.of("COUNTERSIGN_LIMITS_IN_FLIGHT", "5", "COUNTERSIGN_LIMITS_IN__FLIGHT", "6"));

        assertEquals(5, config.limits().inFlight());
    }

    @ParameterizedTest
    @ValueSource(strings = {"COUNTERSIGN_LIMITS_IN_FLIHGT", "COUNTERSIGN_FOO", "COUNTERSIGN_LIMITS_BODY_MAX"})
    void onlyWarnsOfAnUnknownVariableAtStart(String variable) {
        List<String> warnings = Load.loaded(Load.with("limits.body = 2 MiB"), Map.of(variable, "x")).warnings().stream()
                .map(ConfigFault::toString)
                .toList();

        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(
                warnings.get(0).startsWith("environment variable " + variable + ": unknown setting"),
                warnings::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COUNTERSIGN_ACCESS_DENY_FILS",
                "COUNTERSIGN_ACESS_DENY",
                "COUNTERSIGN_ACCESSDENY",
                "COUNTERSIGN_ACCESS_X",
                "COUNTERSIGN_ACCESS____DENY",
                "COUNTERSIGN_ROUTES_M_MATCH_HOST",
                "COUNTERSIGN_ROUTES_M_MACTH_HOSTS",
                "COUNTERSIGN_ROUTES_MY_ROUTE_MATCH_HOSTS",
                "COUNTERSIGN_TENANTS_A_RATE",
                "COUNTERSIGN_TOKENS_FILE",
                "COUNTERSIGN_ROUTES_M_STATE",
            })
    void refusesAVariableThatCouldKeepCallersOut(String variable) {
        LoadResult result = HoconSource.text(Load.with(""), Load.NOWHERE, Map.of(variable, "retired"))
                .load();

        LoadResult.Faulty faulty = assertInstanceOf(LoadResult.Faulty.class, result, result::toString);
        assertTrue(faulty.faults().get(0).where().startsWith("environment variable " + variable), faulty::toString);
    }

    static Stream<String> keysOfReference() {
        Set<String> keys = new TreeSet<>();
        Reference.read().getObject("countersign").forEach((key, value) -> leaves(key, value, keys));
        Map.of("listener", "listeners[0]", "route", "routes.m", "role", "credentials.c")
                .forEach((each, path) -> leaves(path, Reference.read().getValue("each." + each), keys));
        leaves("routes.m.timeouts", Reference.read().getValue("countersign.timeouts"), keys);
        keys.removeAll(Set.of("routes", "credentials.default"));
        return keys.stream();
    }

    private static void leaves(String path, ConfigValue value, Set<String> leaves) {
        if (value instanceof ConfigObject object && !object.isEmpty()) {
            object.forEach((key, inner) -> leaves(path + "." + key, inner, leaves));
        } else {
            leaves.add(path);
        }
    }

    /** No setting takes a list in a list, so the fault shows who has read the variable, and as what. */
    @ParameterizedTest
    @MethodSource("keysOfReference")
    void everyKeyCanBeSet(String key) {
        String variable = "COUNTERSIGN_"
                + key.replaceAll("\\[(\\d)]", ".$1").replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
        List<String> faults = Load.faults(
                Load.with("credentials.c.role-arn = \"arn:aws:iam::111122223333:role/r\""), Map.of(variable, "[[1]]"));

        assertTrue(
                faults.stream().anyMatch(fault -> fault.startsWith("environment variable " + variable + " (" + key)),
                faults::toString);
    }

    /** The keys of the manual's tables, with the section that the table's own heading names. */
    static Stream<String> keysOfTheManual() throws IOException {
        List<String> keys = new ArrayList<>();
        boolean ofRoute = false;
        for (String line : Files.readAllLines(Path.of("../docs/CONFIGURATION.md"))) {
            if (line.startsWith("| key")) {
                ofRoute = line.contains("within `routes.NAME`");
            }
            Matcher row = Pattern.compile("\\| (`[a-z][^|]*`) \\|.*").matcher(line);
            if (!row.matches()) {
                continue;
            }
            String first = "";
            for (String key : row.group(1).replace("`", "").split(", ", -1)) {
                first = key.startsWith(".") ? first : key;
                String whole = key.startsWith(".") ? first.substring(0, first.lastIndexOf('.')) + key : key;
                keys.add((ofRoute ? "routes.m." : "") + whole);
            }
        }
        return keys.stream()
                .map(key -> key.replace("[]", "[0]")
                        .replace("agents.NAME", "agents.unknown")
                        .replace("NAME", "c")
                        .replace("timeouts.*", "timeouts.wait"));
    }

    @ParameterizedTest
    @MethodSource("keysOfTheManual")
    void everyKeyOfTheManualHasItsVariable(String key) {
        String variable = "COUNTERSIGN_"
                + key.replaceAll("\\[(\\d)]", ".$1").replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
        LoadResult result = HoconSource.text(Load.with(""), Load.NOWHERE, Map.of(variable, "[[1]]"))
                .strict()
                .load();

        assertFalse(result.toString().contains("unknown setting"), result::toString);
    }

    @Test
    void namesAVariableThatBeginsAsAListAndIsNone() {
        List<String> faults = Load.faults(Load.with(""), Map.of("COUNTERSIGN_ACCESS_DENY", "[10.0.0.0/8"));

        assertEquals(1, faults.size(), faults::toString);
        assertTrue(
                faults.get(0).startsWith("environment variable COUNTERSIGN_ACCESS_DENY: the [ opened"),
                faults::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COUNTERSIGN_CONFIG",
                "COUNTERSIGN_JAVA_OPTS",
                "COUNTERSIGN_HOME",
                "COUNTERSIGN_STANDIN_LISTEN",
                "COUNTERSIGN_SERVICE_HOST",
                "COUNTERSIGN_SERVICE_PORT",
                "COUNTERSIGN_SERVICE_PORT_HTTP",
                "COUNTERSIGN_PORT",
                "COUNTERSIGN_PORT_8005_TCP",
                "COUNTERSIGN_PORT_8005_TCP_ADDR",
                "COUNTERSIGN_METRICS_PORT_8006_TCP_PROTO",
                "COUNTERSIGNED",
                "countersign_limits_body",
            })
    void passesOverWhatIsNotASetting(String variable) {
        Load.good("", Map.of(variable, "tcp://10.96.0.1:8005"));
    }

    @Test
    void readsVariablesWhereTheFileAsksForThem() {
        ProxyConfig config = Load.good("routes.m.match.methods = [${M}]", Map.of("M", "POST"));

        assertEquals(Set.of("POST"), config.routes().get(0).match().methods());
    }

    @Test
    void anUnsetOptionalVariableLeavesTheEarlierValue() {
        ProxyConfig config = Load.good(
                "limits.in-flight = 10\nlimits.in-flight = ${?N}\nroutes.m.headers.set { x-a = a, x-a = ${?A} }");

        assertEquals(10, config.limits().inFlight());
        assertEquals(
                "a", config.routes().get(0).rewrite().headers().set().get(0).value());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "routes.m.headers.set.x-a = ${?UNSET} | routes.m.headers.set.x-a",
                "routes.m.headers.set.x-a = \"Bearer \"${?UNSET} | routes.m.headers.set.x-a",
                "routes.m.headers.set.x-a = ${?UNSET}${?UNSET} | routes.m.headers.set.x-a",
                "access.deny = [\"10.0.0.1\", ${?UNSET}] | access.deny",
                "access.allow = [${?UNSET}] | access.allow",
                "access { deny = ${?UNSET} } | access.deny",
                "access { deny-files = ${?UNSET} } | access.deny-files",
                "access { allow = ${?UNSET} } | access.allow",
                "access { deny-status = ${?UNSET} } | access.deny-status",
                "access { deny = [\"10.0.0.1\"] ${?UNSET} } | access.deny",
                "access { deny = ${?UNSET} [\"10.0.0.1\"] } | access.deny",
                "access = ${?UNSET} | access",
                "access = { deny = [\"10.0.0.1\"] } ${?UNSET} | access",
                "access.deny = ${?UNSET}${?UNSET} | access.deny",
                "routes.m.match = ${?UNSET} | routes.m.match",
                "routes.m.match.methods = ${?UNSET} | routes.m.match.methods",
                "routes.m.match.path-prefix = /a${?UNSET} | routes.m.match.path-prefix",
                "routes.m.headers.set = ${?UNSET} | routes.m.headers.set",
                "routes.m.headers = { set { x-a = b } } ${?UNSET} | routes.m.headers",
                "routes.m.headers.remove = ${?UNSET} | routes.m.headers.remove",
                "routes.m.headers.remove = [x-a, ${?UNSET}] | routes.m.headers.remove",
                "routes.m.credentials = ${?UNSET} | routes.m.credentials",
                "routes.m.upstream = \"https://abc.execute-api.us-east-1.amazonaws.com/\"${?UNSET} | routes.m.upstream",
                "routes.m.upstream.url = \"https://abc.execute-api.us-east-1.amazonaws.com/\"${?UNSET}"
                        + " | routes.m.upstream.url",
                "credentials.c = ${?UNSET} | credentials.c",
                "credentials = ${?UNSET} | credentials",
                "credentials.c { access-key-id = ABCD, secret-access-key = s, session-token = ${?UNSET} }"
                        + " | credentials.c.session-token",
            })
    void anUnsetOptionalVariableIsNoHole(String settings, String path) {
        List<String> faults = Load.faults(Load.with(settings), Map.of());

        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).contains("(" + path + "): ${?UNSET} is not set"), faults::toString);
        assertTrue(faults.get(0).contains("set the variable UNSET"), faults::toString);
    }

    @Test
    void anUnsetVariableThatLeavesAnEarlierListOfTheOperatorIsNoFault() {
        ProxyConfig config = Load.good("access.deny = [\"10.0.0.1\"]\naccess.deny = ${?UNSET}\naccess = ${?UNSET}");

        assertEquals(1, config.access().rules().addresses().deny().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "access.deny = null",
                "access = null",
                "access.allow = [null]",
                "access.deny-status = null",
                "limits.connections = null",
                "limits.body = null",
                "routes.m.match = null",
                "routes.m.match.methods = null",
                "routes.m.auth = null",
                "routes.m.headers.set.x-a = null",
                "credentials.default = null",
                "timeouts = null",
                "admin.bind = null",
            })
    void nullIsAFaultAndNotAHole(String settings) {
        List<String> faults = Load.faults(Load.with(settings), Map.of());

        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).contains("is null; write a value"), faults::toString);
        assertTrue(faults.get(0).contains("(" + settings.substring(0, settings.indexOf(' '))), faults::toString);
    }

    @Test
    void namesEveryMandatoryVariableThatIsUnset() {
        List<String> faults = Load.faults(
                Load.with("limits.body = ${ONE}\nroutes.m.headers.set.x-a = ${TWO}\naccess.deny = [${THREE}]"),
                Map.of());

        assertEquals(3, faults.size(), faults::toString);
        for (String name : List.of("ONE", "TWO", "THREE")) {
            assertTrue(
                    faults.toString().contains("${" + name + "} is not set; set the variable " + name),
                    faults::toString);
        }
    }
}
