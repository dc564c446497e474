package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.access.CompiledIpRules;
import io.countersign.proxy.credentials.CredentialsConfig;
import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.route.RouteConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {

    @Test
    void setsAnyKeyAndGoesBeforeTheFile() {
        ProxyConfig config = Load.good(
                "limits.in-flight = 10\ncredentials.my_own { profile = p }",
                Map.of(
                        "COUNTERSIGN_LIMITS_IN__FLIGHT", "64",
                        "COUNTERSIGN_TIMEOUTS_REQUEST", "5 s",
                        "COUNTERSIGN_ROUTES_M_REPLAY__SAFE", "true",
                        "COUNTERSIGN_ROUTES_M_CREDENTIALS", "my_own",
                        "COUNTERSIGN_CREDENTIALS_MY___OWN_PROFILE", "other",
                        "COUNTERSIGN_ACCESS_ALLOW", "[\"10.0.0.0/8\", \"::1\"]",
                        "COUNTERSIGN_LISTENERS", "[{ bind = \"0.0.0.0:9000\", head-timeout = 1 s }]",
                        "COUNTERSIGN_LOG", "{ access = sample, sample = 7 }"));

        assertEquals(64, config.limits().inFlight());
        assertEquals(Duration.ofSeconds(5), config.routes().get(0).times().exchange());
        assertTrue(config.routes().get(0).replaySafe());
        assertEquals(
                new CredentialsConfig.Profile("other"),
                config.credentials().get("my_own").provider());
        assertEquals(new HostPort("0.0.0.0", 9000), config.listeners().get(0).bind());
        assertEquals(Duration.ofSeconds(60), config.listeners().get(0).keepAliveIdle());
        assertEquals(7, config.log().sample());
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
                config.listeners().stream().map(l -> l.bind().port()).toList());
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
                config.routes().get(0).headers().set());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "COUNTERSIGN_LIMITS_IN_FLIGHT | did you mean COUNTERSIGN_LIMITS_IN__FLIGHT?",
                "COUNTERSIGN_LIMTS_CONNECTIONS | did you mean COUNTERSIGN_LIMITS?",
                "COUNTERSIGN_ROUTES_M_UPSTRAEM | did you mean COUNTERSIGN_ROUTES_M_UPSTREAM?",
                "COUNTERSIGN_LIMITS____BODY | is no path of a setting; write _ between the path's elements",
                "COUNTERSIGN_ | is no path of a setting",
                "COUNTERSIGN_LIMITS_ | is no path of a setting",
                "COUNTERSIGN_LIMITS_BODY | is no size; write a number and its unit",
            })
    void namesTheVariableAndWhatWasMeant(String variable, String remedy) {
        List<String> faults = Load.faults(Load.with(""), Map.of(variable, "x"));

        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).startsWith("environment variable " + variable), faults::toString);
        assertTrue(faults.get(0).contains(remedy), faults::toString);
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
        assertEquals("a", config.routes().get(0).headers().set().get(0).value());
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

        assertEquals(1, ((CompiledIpRules) config.access().rules()).deny().size());
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
