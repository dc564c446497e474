package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of settings that the core does not know, and of those that only the gateway acts on. */
class UnknownKeysTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "access.alow = []",
                "acess.deny = []",
                "routes.m.match.host = [a]",
                "routes.m.macth.hosts = [a]",
                "routes.m.policy-fils = [a]",
                "routes.m.polcy-default = deny",
                "routes.m.policy-contxt.vpc = a",
                "routes.m.policy-context.vcp = a",
            })
    void aKeyThatCouldKeepCallersOutIsRefused(String settings) {
        assertEquals(1, faults(settings).size());
        assertEquals(1, faults("unknown-keys = warn\n" + settings).size());
    }

    @Test
    void aVariableThatCouldKeepCallersOutIsRefused() {
        LoadResult result = HoconSource.text(Load.with(""), Load.NOWHERE, Map.of("COUNTERSIGN_ACCESS_ALOW", "[]"))
                .load();
        assertInstanceOf(LoadResult.Faulty.class, result);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limits.inflight = 5", "routes.m.upstraem = x", "tomorrow { a = 1 }"})
    void anyOtherIsWarnedOfAndRefusedOnlyWhenAsked(String settings) {
        List<String> warnings = Load.warnings(settings);
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).contains("unknown setting"), warnings::toString);
        assertEquals(1, faults("unknown-keys = error\n" + settings).size());
        assertEquals(1, Load.faults(Load.with(settings), Map.of()).size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tenants { a {} } | text:3 (tenants): decides who may call",
                "tokens-file = t | text:3 (tokens-file): decides who may call",
                "identity {} | decides who may call",
                "approval {} | decides who may call",
                "access.unlisted = ask | text:3 (access.unlisted): \"ask\" decides who may call",
                "routes.m.state = draft | text:3 (routes.m.state): \"draft\" decides who may call",
                "routes.m.state = retired | decides who may call",
            })
    void theCoreRefusesWhatDecidesWhoMayCallAndNamesTheImage(String settings, String fault) {
        List<String> faults = faults(settings);
        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).contains(fault), faults::toString);
        assertTrue(faults.get(0).contains("run the image countersign-gateway"), faults::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"calls.keep = 5", "quotas.replicas = 3", "console.bind = \"127.0.0.1:8007\""})
    void theCoreWarnsOfWhatElseTheGatewayDoes(String settings) {
        List<String> warnings = Load.warnings(settings);
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).contains("run the image countersign-gateway"), warnings::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"access.unlisted = deny", "routes.m.state = live", "routes.m.approval = none"})
    void saysNothingOfWhatTheCoreDoesAnyway(String settings) {
        assertEquals(List.of(), Load.warnings(settings));
    }

    @ParameterizedTest
    @ValueSource(strings = {"access.unlisted = aks", "routes.m.state = drfat"})
    void refusesOtherValues(String settings) {
        assertTrue(faults(settings).get(0).contains("is not one of"));
    }

    private static List<String> faults(String settings) {
        return texts(
                HoconSource.text(Load.with(settings), Load.NOWHERE, Map.of()).load());
    }

    private static List<String> texts(LoadResult result) {
        return assertInstanceOf(LoadResult.Faulty.class, result, result::toString).faults().stream()
                .map(Object::toString)
                .toList();
    }
}
