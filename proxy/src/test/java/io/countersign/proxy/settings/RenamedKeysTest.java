package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.route.RouteConfig;
import io.countersign.proxy.route.RouteTimes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A setting under a former name counts as if it had the current one, and is reported. */
class RenamedKeysTest {

    @Test
    void readsAFormerNameWithAWarning() {
        LoadResult.Loaded loaded = Load.loaded(Load.with("times { exchange = 7 s, connect = 2 s }"), Map.of());

        RouteTimes times = loaded.config().routes().get(0).times();
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
        assertEquals(Duration.ofSeconds(7), route(routes, "m").times().exchange());
        assertEquals(Duration.ofSeconds(9), route(routes, "n").times().exchange());
    }

    @Test
    void theCurrentNameCountsWhereBothAreWritten() {
        LoadResult.Loaded loaded =
                Load.loaded(Load.with("times { exchange = 7 s, connect = 2 s }\ntimeouts.request = 8 s"), Map.of());

        RouteTimes times = loaded.config().routes().get(0).times();
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
                .times()
                .exchange();
    }

    private static RouteConfig route(List<RouteConfig> routes, String name) {
        return routes.stream().filter(r -> r.name().equals(name)).findFirst().orElseThrow();
    }
}
