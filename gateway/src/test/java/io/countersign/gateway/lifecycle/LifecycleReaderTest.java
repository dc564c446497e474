package io.countersign.gateway.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.settings.GatewayConfig;
import io.countersign.proxy.caller.Attribution;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.Identity;
import io.countersign.proxy.settings.HoconSource;
import io.countersign.proxy.settings.LoadResult;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifecycleReaderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "state = drfat | (routes.m.state): \"drfat\" is not one of",
                "state = draft | draft-for names nobody",
                "state = draft, draft-for = [\"team-a\"] | (routes.m.draft-for): \"team-a\" is neither token:NAME",
                "state = deprecated | deprecation = 2027-01-01",
                "state = deprecated, deprecation = soon | (routes.m.deprecation): \"soon\" is neither a date",
                "state = deprecated, deprecation = 2027-02-01, sunset = 2027-01-01 | (routes.m.sunset): is before deprecation",
                "state = deprecated, deprecation = 2027-01-01, successor = \"javascript:x\" | (routes.m.successor): is not a URL",
                "state = deprecated, deprecation = 2027-01-01, successor = \"https://a/>\" | (routes.m.successor): is not a URL",
                "state = deprecated, deprecation = 2027-01-01, brownout { for = 5 m } | needs for and every",
                "state = deprecated, deprecation = 2027-01-01, brownout { for = 1 h, every = 90 m } | (routes.m.brownout.for): is more than half",
                "docs = \"file:///etc\" | (routes.m.docs): is not a URL",
                "description = \"\" | (routes.m.description): is not one line",
                "labels { \"a b\" = c } | is not a label",
                "retire.finally = 2027-01-01 | unknown setting",
            })
    void faultsSayWhatWouldBeRight(String settings, String fault) {
        List<String> faults = faults(settings);
        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).contains(fault), faults::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "deprecation = 2027-01-01 | while the route's state is live",
                "state = retired, brownout { for = 5 m, every = 6 h } | while the route's state is retired",
                "draft-for = [\"10.0.0.1\"] | while the route's state is live",
            })
    void warnsOfWhatHasNoEffect(String settings, String warning) {
        LoadResult.Loaded loaded = assertInstanceOf(LoadResult.Loaded.class, load(settings));
        assertEquals(1, loaded.warnings().size(), loaded.warnings()::toString);
        assertTrue(loaded.warnings().get(0).toString().contains(warning), loaded.warnings()::toString);
    }

    @Test
    void readsWhatPeopleWantToKnow() {
        RouteLife life = life("""
                description = "Samples of all clusters", owner = observability, contact = "#metrics"
                docs = "https://docs.example/metrics", labels { tier = one }
                """);
        assertEquals(State.LIVE, life.state());
        assertEquals("observability", life.about().owner().orElseThrow());
        assertEquals(Map.of("tier", "one"), life.about().labels());
        assertEquals(List.of(), life.fields());
    }

    @Test
    void aDraftNamesItsCallersInSeveralWays() throws UnknownHostException {
        DraftCallers callers = life("""
                state = draft, draft-for = ["token:alice", "service-account:payments/agent", "tenant:labs", "10.1.0.0/16"]
                """).draftFor();
        Caller stranger = Caller.ofSocket(InetAddress.getByName("10.2.0.1"));
        assertTrue(!callers.contain(stranger));
        assertTrue(callers.contain(Caller.ofSocket(InetAddress.getByName("10.1.2.3"))));
        assertTrue(callers.contain(stranger.attributedTo(Attribution.ofTenant("labs"))));
        assertTrue(callers.contain(stranger.attributedTo(Attribution.of(new Identity(Identity.Kind.TOKEN, "alice")))));
        assertTrue(callers.contain(
                stranger.attributedTo(Attribution.of(new Identity(Identity.Kind.SERVICE_ACCOUNT, "payments/agent")))));
        assertTrue(!callers.contain(
                stranger.attributedTo(Attribution.of(new Identity(Identity.Kind.TOKEN, "payments/agent")))));
    }

    private static RouteLife life(String settings) {
        return assertInstanceOf(LoadResult.Loaded.class, load(settings))
                .config()
                .extension(GatewayConfig.class)
                .orElseThrow()
                .lifecycle()
                .of("m")
                .orElseThrow();
    }

    private static List<String> faults(String settings) {
        return assertInstanceOf(LoadResult.Faulty.class, load(settings)).faults().stream()
                .map(Object::toString)
                .toList();
    }

    private static LoadResult load(String settings) {
        String text = "countersign { routes { m { upstream = \"https://abc123.execute-api.us-east-1.amazonaws.com\"\n"
                + settings + " } }, unknown-keys = error }";
        return HoconSource.text(text, Path.of("").toAbsolutePath(), Map.of()).load();
    }
}
