package io.countersign.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.settings.Load;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A warning names the line to change, as a fault does. */
class PlacesTest {

    @Test
    void aWarningOfAnInlineEntryNamesItsLine() {
        List<String> warnings =
                Load.warnings("listeners = [{ bind = \"0.0.0.0:8005\" }]\naccess.allow = [\"172.17.0.0/16\"]");

        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).startsWith("text:4 (access.allow[0]): 172.17.0.0/16"), warnings::toString);
    }

    @Test
    void aWarningOfARouteNamesItsLine() {
        List<String> warnings = Load.warnings(
                "routes.n { match.path-prefix = /n\nservice = s3, region = us-east-1\nupstream = \"http://localhost:1\" }");

        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).startsWith("text:5 (routes.n.upstream): is http"), warnings::toString);
    }

    @Test
    void aVariableThatIsNotSetInAccessIsFaultedOnItsLine() {
        String access = "access {\ndeny = [\"10.0.0.1\",\n${?NOPE}]\nallowed-hosts = ${?NOPE2}\n}\n";
        String bare = "access.allow-files = ${?NOPE3}";

        List<String> faults = Load.faults(Load.with(access + bare), Map.of());

        assertEquals(
                Set.of("text:8 (access.allow-files)", "text:4 (access.deny)", "text:6 (access.allowed-hosts)"),
                faults.stream()
                        .map(fault -> fault.substring(0, fault.indexOf(')') + 1))
                        .collect(Collectors.toSet()));
        assertEquals(3, faults.size(), faults::toString);
    }

    @Test
    void aVariableIsNamedAsThePlace() {
        List<String> warnings = Load.loaded(
                        Load.with("listeners = [{ bind = \"0.0.0.0:8005\" }]"),
                        Map.of("COUNTERSIGN_ACCESS_ALLOW", "[\"172.17.0.0/16\"]"))
                .warnings()
                .stream()
                .map(ConfigFault::toString)
                .toList();

        assertTrue(
                warnings.get(0).startsWith("environment variable COUNTERSIGN_ACCESS_ALLOW (access.allow[0])"),
                warnings::toString);
    }
}
