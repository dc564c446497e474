package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.route.RouteTimes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A setting under a former name counts as if it had the current one, and is reported. */
class RenamedKeysTest {

    @Test
    void readsAFormerNameWithAWarning() {
        LoadResult.Loaded loaded = Load.loaded(Load.with("times { exchange = 7 s, connect = 2 s }"), Map.of());

        RouteTimes times = loaded.config().routes().get(0).delivery().timeouts();
        assertEquals(Duration.ofSeconds(7), times.exchange());
        assertEquals(Duration.ofSeconds(2), times.connection().connect());
        assertEquals(
                List.of(
                        "text:3 (times): is now called timeouts; the old name is still read, so rename it soon",
                        "text:3 (timeouts.exchange): is now called timeouts.request; the old name is still read,"
                                + " so rename it soon"),
                loaded.warnings().stream().map(ConfigFault::toString).toList());
    }

    @Test
    void readsAFormerNameOfOneRouteAlone() {
        LoadResult.Loaded loaded = Load.loaded(
                Load.with("timeouts.request = 9 s\nroutes.m.times.exchange = 7 s\nroutes.n { upstream = \""
                        + Load.GATEWAY + "\", match.path-prefix = /n }"),
                Map.of());

        List<RouteConfig> routes = loaded.config().routes();
        assertEquals(
                Duration.ofSeconds(7), route(routes, "m").delivery().timeouts().exchange());
        assertEquals(
                Duration.ofSeconds(9), route(routes, "n").delivery().timeouts().exchange());
    }

    @Test
    void theCurrentNameCountsWhereBothAreWritten() {
        LoadResult.Loaded loaded =
                Load.loaded(Load.with("times { exchange = 7 s, connect = 2 s }\ntimeouts.request = 8 s"), Map.of());

        RouteTimes times = loaded.config().routes().get(0).delivery().timeouts();
        assertEquals(Duration.ofSeconds(8), times.exchange());
        assertEquals(Duration.ofSeconds(2), times.connection().connect());
    }

    @Test
    void theEnvironmentCountsBeforeTheFileUnderEitherName() {
        Map<String, String> old = Map.of("COUNTERSIGN_TIMES_EXCHANGE", "5 s");
        Map<String, String> current = Map.of("COUNTERSIGN_TIMEOUTS_REQUEST", "5 s");

        assertEquals(Duration.ofSeconds(5), request("times.exchange = 7 s", old));
        assertEquals(Duration.ofSeconds(5), request("timeouts.request = 7 s", old));
        assertEquals(Duration.ofSeconds(5), request("times.exchange = 7 s", current));
        assertEquals(Duration.ofSeconds(5), request("timeouts.request = 7 s", current));
    }

    /** A setting under its former name, the variable of that name, and the same under the current name. */
    static Stream<Arguments> formerNames() {
        return Stream.of(
                Arguments.of("routes.m.answers = relay", "ROUTES_M_ANSWERS=relay", "routes.m.on-failure = relay"),
                Arguments.of("routes.m.sign-in = query", "ROUTES_M_SIGN__IN=query", "routes.m.signature-in = query"),
                Arguments.of("routes.m.path-style = s3", "ROUTES_M_PATH__STYLE=s3", "routes.m.path-encoding = single"),
                Arguments.of(
                        "routes.m.path-style = aws", "ROUTES_M_PATH__STYLE=aws", "routes.m.path-encoding = double"),
                Arguments.of("access.hosts = [a]", "ACCESS_HOSTS=[a]", "access.allowed-hosts = [a]"),
                Arguments.of("limits.head = 9 KiB", "LIMITS_HEAD=9 KiB", "limits.max-header-bytes = 9 KiB"),
                Arguments.of("limits.target = 5 KiB", "LIMITS_TARGET=5 KiB", "limits.max-target-bytes = 5 KiB"),
                Arguments.of("limits.fields = 77", "LIMITS_FIELDS=77", "limits.max-headers = 77"));
    }

    @ParameterizedTest
    @MethodSource("formerNames")
    void aFormerNameMeansWhatTheCurrentOneDoes(String former, String variable, String current) {
        LoadResult.Loaded expected = Load.loaded(Load.with(current), Map.of());
        LoadResult.Loaded fromFile = Load.loaded(Load.with(former), Map.of());
        int equals = variable.indexOf('=');
        LoadResult.Loaded fromVariable = Load.loaded(
                Load.with(""), Map.of("COUNTERSIGN_" + variable.substring(0, equals), variable.substring(equals + 1)));

        assertEquals(shown(expected), shown(fromFile));
        assertEquals(shown(expected), shown(fromVariable));
        String old = former.substring(0, former.indexOf(" ="));
        String now = current.substring(0, current.indexOf(" ="));
        String warning = " (" + old + "): is now called " + now + "; the old name is still read, so rename it soon";
        assertEquals(List.of("text:3" + warning), texts(fromFile));
        assertEquals(
                List.of("environment variable COUNTERSIGN_" + variable.substring(0, equals) + warning),
                texts(fromVariable));
    }

    /** All that these settings may change; rules have no text of their own. */
    private static String shown(LoadResult.Loaded loaded) {
        RouteConfig route = loaded.config().routes().get(0);
        return String.join(
                " | ",
                route.signing().toString(),
                route.delivery().failure().mode().toString(),
                new TreeSet<>(loaded.config().access().allowedHosts().names()).toString(),
                loaded.config().limits().message().maxHeaderBytes() + " "
                        + loaded.config().limits().message().maxTargetBytes() + " "
                        + loaded.config().limits().message().maxHeaders());
    }

    private static List<String> texts(LoadResult.Loaded loaded) {
        return loaded.warnings().stream().map(ConfigFault::toString).toList();
    }

    @Test
    void aFaultUnderAFormerNameIsStillOne() {
        List<String> faults = Load.faults(Load.with("times { exchange = 29, conect = 1 s }"), Map.of());

        assertEquals(2, faults.size(), faults::toString);
    }

    private static Duration request(String settings, Map<String, String> environment) {
        return Load.loaded(Load.with(settings), environment)
                .config()
                .routes()
                .get(0)
                .delivery()
                .timeouts()
                .exchange();
    }

    private static RouteConfig route(List<RouteConfig> routes, String name) {
        return routes.stream().filter(r -> r.name().equals(name)).findFirst().orElseThrow();
    }
}
