package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.failover.FailoverConfig;
import io.countersign.proxy.route.RouteConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A route with several upstreams, as it is written and as it is wrong. */
class FailoverConfigTest {
    private static final String EAST = "https://abc123.execute-api.us-east-1.amazonaws.com/prod";
    private static final String WEST = "https://def456.execute-api.eu-west-1.amazonaws.com/prod";
    private static final String BOTH = "upstream = [\"" + EAST + "\", \"" + WEST + "\"]";

    private static List<String> regions(RouteConfig route) {
        return route.ways().stream()
                .map(way -> way.signing().orElseThrow().region() + " "
                        + way.signing().orElseThrow().credentials() + " "
                        + way.upstream().url())
                .toList();
    }

    @Test
    void eachHasTheRegionOfItsHost() {
        RouteConfig route = Load.route(BOTH);
        assertEquals(List.of("us-east-1 default " + EAST, "eu-west-1 default " + WEST), regions(route));
        assertEquals(
                new FailoverConfig(true, Set.of(502, 503, 504), 5, Duration.ofSeconds(30)),
                route.sending().standbys().orElseThrow().failover());
    }

    @Test
    void eachMayHaveItsOwnRegionServiceAndCredentials() {
        RouteConfig route = Load.good("credentials.west { type = instance }\n"
                        + "routes.m { service = execute-api, region = us-east-1, upstream = [ \"https://a.example.com\","
                        + " { url = \"https://b.example.com/v1\", region = eu-west-1, credentials = west, sni = c.example.com } ],"
                        + " failover { on = [connect, 500], failures = 2, cool-down = 1 m } }")
                .routes()
                .get(0);
        assertEquals(
                List.of("us-east-1 default https://a.example.com", "eu-west-1 west https://b.example.com/v1"),
                regions(route));
        assertEquals(
                new FailoverConfig(true, Set.of(500), 2, Duration.ofMinutes(1)),
                route.sending().standbys().orElseThrow().failover());
    }

    @Test
    void variablesCanWriteTheList() {
        Map<String, String> variables = Map.of(
                "COUNTERSIGN_ROUTES_M_UPSTREAM_0_URL",
                EAST,
                "COUNTERSIGN_ROUTES_M_UPSTREAM_1",
                WEST,
                "COUNTERSIGN_ROUTES_M_FAILOVER_COOL_DOWN",
                "10 s");
        RouteConfig route = Load.loaded("countersign { routes { m {} } }", variables)
                .config()
                .routes()
                .get(0);
        assertEquals(List.of("us-east-1 default " + EAST, "eu-west-1 default " + WEST), regions(route));
    }

    @Test
    void aListOfOneIsThatOne() {
        RouteConfig route = Load.route("upstream = [\"" + EAST + "\"]");
        assertTrue(route.sending().standbys().isEmpty());
        assertEquals(List.of("us-east-1 default " + EAST), regions(route));
    }

    @Test
    void theSmallerBodyCounts() {
        RouteConfig route =
                Load.route("upstream = [ \"https://aps-workspaces.us-east-1.amazonaws.com\", \"" + EAST + "\" ]");
        assertEquals(10L * 1024 * 1024, route.conditions().maxBody());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "upstream = [] | (routes.m.upstream): has 0 upstreams; write from 1 to 8",
                "upstream = [\"https://a.execute-api.us-east-1.amazonaws.com\", from-host] | (routes.m.upstream[1].url): is from-host,",
                "upstream = [\"ftp://a\"] | (routes.m.upstream[0].url): \"ftp://a\" is neither https nor http",
                "upstream = [{ url = \"https://a.execute-api.us-east-1.amazonaws.com\", sni = \"::1\" }] | (routes.m.upstream[0].sni): ",
                "upstream = [{ region = us-east-1 }] | (routes.m.upstream[0].url): is missing",
                "upstream = [\"https://a.execute-api.us-east-1.amazonaws.com\", { url = \"https://b.execute-api.eu-west-1.amazonaws.com\", credentials = nope }] | (routes.m.upstream[1].credentials): ",
                "upstream = [\"https://a.execute-api.us-east-1.amazonaws.com\", { url = \"https://b.execute-api.eu-west-1.amazonaws.com\", regoin = x }] | (routes.m.upstream[1].regoin): unknown setting",
                "upstream = [\"https://a.execute-api.us-east-1.amazonaws.com\", \"https://a.execute-api.us-east-1.amazonaws.com\"] | (routes.m.upstream[1].url): is the same upstream as routes.m.upstream[0]",
                "upstream = [\"https://a.execute-api.us-east-1.amazonaws.com\", \"https://b.s3.us-east-1.amazonaws.com\"] | (routes.m.upstream[1].url): is signed for s3",
                "upstream = [\"wss://a.execute-api.us-east-1.amazonaws.com\", \"https://b.execute-api.eu-west-1.amazonaws.com\"] | (routes.m.upstream[1].url): carries no WebSockets, unlike routes.m.upstream[0]; write wss:// for all",
                "upstream = [\"https://a.execute-api.us-east-1.amazonaws.com\", \"wss://b.execute-api.eu-west-1.amazonaws.com\"] | (routes.m.upstream[1].url): carries WebSockets, unlike routes.m.upstream[0]; write wss:// for all",
                "upstream = [\"https://a.example.com\", \"https://b.execute-api.eu-west-1.amazonaws.com\"] | a.example.com does not say how to sign for it",
                "failover.on = [connect, 429] | (routes.m.failover.on): \"429\" is not one of connect, 500, 502, 503, 504",
                "failover.on = [] | (routes.m.failover.on): is empty",
                "failover.failures = 0 | (routes.m.failover.failures): \"0\" is not a whole number from 1 to 1000",
                "failover.cool-down = 1 ms | (routes.m.failover.cool-down): ",
                "failover.cooldown = 1 m | (routes.m.failover.cooldown): unknown setting",
            })
    void whatIsWrongIsSaidWhereItIs(String settings, String fault) {
        List<String> faults = Load.faults(Load.with("routes.m { " + settings + " }"), Map.of());
        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).contains(fault.strip()), faults::toString);
    }

    @Test
    void whatDoesNothingIsWarnedOf() {
        assertTrue(Load.warnings("routes.m.failover.failures = 2").stream()
                .anyMatch(warning -> warning.contains("(routes.m.failover): means nothing with one upstream")));
    }

    @Test
    void replaySafeSplitsWhatIsWritten() {
        List<String> warnings = Load.warnings("routes.m { replay-safe = true, " + BOTH + " }");
        assertTrue(
                warnings.stream()
                        .anyMatch(
                                warning -> warning.contains("routes.m.replay-safe") && warning.contains("two regions")),
                warnings::toString);
    }

    @Test
    void eachIsWarnedOfByItself() {
        List<String> warnings = Load.warnings(
                "routes.m { service = execute-api, region = x-1, upstream = [\"http://127.0.0.1:1\", \"http://127.0.0.1:2\"] }");
        assertEquals(
                2,
                warnings.stream().filter(warning -> warning.contains("is http")).count(),
                warnings::toString);
    }

    @Test
    void noneMayLeadBackToTheProxy() {
        List<String> faults = Load.faults(
                Load.with("routes.m { upstream = [\"" + EAST
                        + "\", { url = \"http://127.0.0.1:8005\", service = execute-api, region = us-east-1 }] }"),
                Map.of());
        assertTrue(faults.get(0).contains("leads back to this proxy's own listener"), faults::toString);
    }
}
