package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.net.HostPort;
import io.countersign.proxy.upstream.NamesConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How names become addresses, as it is written. */
class NamesConfigTest {
    @Test
    void theSystemIsAskedByDefault() {
        assertEquals(
                new NamesConfig(NamesConfig.Kind.SYSTEM, List.of(), Duration.ofMinutes(10)),
                Load.good("").operation().machine().names());
    }

    @Test
    void serversAreAskedInTheirOrderAtPort53UnlessAnotherIsWritten() {
        assertEquals(
                new NamesConfig(
                        NamesConfig.Kind.DNS,
                        List.of(new HostPort("10.0.0.2", 53), new HostPort("fd00::53", 5353)),
                        Duration.ZERO),
                Load.good("names { resolver = dns, servers = [10.0.0.2, \"[fd00::53]:5353\"], last-good = 0 s }")
                        .operation()
                        .machine()
                        .names());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "resolver = netty|names.resolver|\"netty\" is not one of dns, system",
                "resolver = dns, servers = [dns.example]|names.servers|\"dns.example\" is a name",
                "resolver = dns, servers = [\"10.0.0.2:0\"]|names.servers|port",
                "servers = [10.0.0.2]|names.servers|the system's resolver has its own servers; write names.resolver = dns",
                "last-good = 25 h|names.last-good|is out of bounds; write a duration from 0",
                "lastgood = 1 h|names.lastgood|did you mean \"last-good\"?"
            })
    void refusesWhatCannotBeMeant(String names, String where, String what) {
        List<String> faults = Load.faults(Load.with("unknown-keys = error\nnames { " + names + " }"), Map.of());
        assertEquals(1, faults.size(), faults::toString);
        assertTrue(faults.get(0).contains(where), faults::toString);
        assertTrue(faults.get(0).contains(what), faults::toString);
    }
}
