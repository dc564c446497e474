package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.config.FurtherKeys;
import io.countersign.proxy.config.Kinds;
import io.countersign.proxy.config.Section;
import io.countersign.proxy.config.Setting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An extension reads its own settings, beside the core's and within its sections. */
class FurtherSettingsTest {
    private static final FurtherKeys KEYS =
            FurtherKeys.of("""
            countersign { guests { most = 5 } }
            each { tenant { rate = 1 }, route { mood = calm } }
            """, Kinds.parse("""
            guests.most integer 1..10
            tenants.*.rate integer 1..10
            tenants.*.note string
            routes.*.mood string
            access.guest string
            listeners.#.greeting string
            """)).and(FurtherKeys.of("guests.anything.**"));

    /** What was read: by its path what was written, or the default. */
    private record Read(Map<String, String> values) implements ExtensionConfig {}

    private static final class Guests implements FurtherSettings {
        @Override
        public FurtherKeys keys() {
            return KEYS;
        }

        @Override
        public Optional<ProxyConfig> read(FurtherSettings.Load load) {
            Section root = new Section("", load.settings(), load.name(), load.faults());
            Section guests = root.section("guests").withDefaults(KEYS.defaults("guests"));
            int most = guests.integer("most", 1, 10);
            guests.section("anything");
            guests.rejectUnknown(load.unknown());
            Section route = root.section("routes").section("m").withDefaults(KEYS.each("route"));
            String mood = route.string("mood").orElseThrow();
            String guest = root.section("access").string("guest").orElse("none");
            String greeting = root.sections("listeners").stream()
                    .flatMap(listener -> listener.text("greeting").map(Setting::text).stream())
                    .findFirst()
                    .orElse("none");
            return load.core()
                    .map(core -> core.with(
                            new Read(Map.of("most", "" + most, "mood", mood, "guest", guest, "greeting", greeting))));
        }
    }

    @Test
    void readsItsOwnBesideTheCores() {
        Read read = read("guests.most = 7, routes.m.mood = \"merry\", access.guest = lion", Map.of());
        assertEquals(Map.of("most", "7", "mood", "merry", "guest", "lion", "greeting", "none"), read.values());
        assertEquals("calm", read("guests {}", Map.of()).values().get("mood"));
    }

    @Test
    void variablesOfTheEnvironmentSetThem() {
        Map<String, String> environment = Map.of(
                "COUNTERSIGN_GUESTS_MOST", "3",
                "COUNTERSIGN_ROUTES_M_MOOD", "grim",
                "COUNTERSIGN_LISTENERS_0_BIND", "127.0.0.1:0",
                "COUNTERSIGN_LISTENERS_0_GREETING", "hello");
        assertEquals(
                Map.of("most", "3", "mood", "grim", "guest", "none", "greeting", "hello"),
                read("", environment).values());
    }

    @Test
    void itsFaultsComeWithTheCoresAndTheirPlaces() {
        List<String> faults = faults("guests { most = 11 }, limits.connections = x, routes.m.no = 1");
        assertEquals(2, faults.size(), faults::toString);
        assertTrue(faults.stream().anyMatch(fault -> fault.contains("(guests.most)") && fault.contains("1 to 10")));
        assertTrue(faults.stream().anyMatch(fault -> fault.contains("(limits.connections)")));
    }

    @Test
    void aMisspeltSectionOfRulesIsAFaultAlsoWhereUnknownSettingsAreNot() {
        for (String misspelt : List.of("tennants { a {} }", "token-file = x", "routes.m.aproval = required")) {
            List<String> faults = faults(misspelt);
            assertEquals(1, faults.size(), faults::toString);
            assertTrue(faults.get(0).contains("unknown setting"), faults::toString);
        }
    }

    private static Read read(String settings, Map<String, String> environment) {
        LoadResult result = source(settings, environment).load();
        return assertInstanceOf(LoadResult.Loaded.class, result, result::toString)
                .config()
                .extension(Read.class)
                .orElseThrow();
    }

    private static List<String> faults(String settings) {
        LoadResult result = source(settings, Map.of()).load();
        return Stream.of(assertInstanceOf(LoadResult.Faulty.class, result, result::toString))
                .flatMap(faulty -> faulty.faults().stream())
                .map(Object::toString)
                .toList();
    }

    private static HoconSource source(String settings, Map<String, String> environment) {
        return HoconSource.text(Load.with(settings), Load.NOWHERE, environment).with(List.of(new Guests()));
    }

    /** There is no request whose Host could say where to. */
    @Test
    void metricsAreNotSentByARouteThatSendsWhereHostSays() {
        List<String> faults = faults(
                "routes.any { upstream = from-host, match.hosts = [sts.us-east-1.amazonaws.com] }, telemetry.push.route = any");
        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).contains("sends where each request says"), faults::toString);
    }
}
