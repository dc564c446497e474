package io.countersign.proxy.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.held.Agent;
import io.countersign.proxy.held.Horizon;
import io.countersign.proxy.held.Horizons;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HorizonsTest {
    private static Horizon of(String settings, Agent agent) {
        return Load.good(settings).operation().horizons().of(agent);
    }

    @Test
    void anAgentKeepsDataAsLongAsItsOperatorSays() {
        String settings = "agents { prometheus.horizon = 6 hours, vmagent.horizon = 12 h, unknown.horizon = 1 h,"
                + " collectd.horizon = 5 m, otel-sdk.horizon = 0 s }";
        assertEquals(new Horizon(Horizon.Kind.WAL, Optional.of(Duration.ofHours(6))), of(settings, Agent.PROMETHEUS));
        assertEquals(new Horizon(Horizon.Kind.DISK, Optional.of(Duration.ofHours(12))), of(settings, Agent.VMAGENT));
        assertEquals(new Horizon(Horizon.Kind.UNKNOWN, Optional.of(Duration.ofHours(1))), of(settings, Agent.UNKNOWN));
        assertEquals(
                new Horizon(Horizon.Kind.UNKNOWN, Optional.of(Duration.ofMinutes(5))), of(settings, Agent.COLLECTD));
        assertEquals(new Horizon(Horizon.Kind.NONE, Optional.of(Duration.ZERO)), of(settings, Agent.OTEL_SDK));
        assertEquals(Agent.OTEL_COLLECTOR.horizon(), of(settings, Agent.OTEL_COLLECTOR));
        assertEquals(Agent.TELEGRAF.horizon(), of("", Agent.TELEGRAF));
        assertEquals(new Horizons(Map.of()), Load.good("").operation().horizons());
    }

    @Test
    void aVariableSetsItToo() {
        Horizons horizons = Load.good(
                        "",
                        Map.of(
                                "COUNTERSIGN_AGENTS_OTEL__COLLECTOR_HORIZON",
                                "30 m",
                                "COUNTERSIGN_CREDENTIALS_DEFAULT_IDENTIFY",
                                "true"))
                .operation()
                .horizons();
        assertEquals(Map.of(Agent.OTEL_COLLECTOR, Duration.ofMinutes(30)), horizons.set());
    }

    @Test
    void saysWhatIsWrong() {
        List<String> faults = Load.faults(Load.with("agents.prometheus.horizon = 31 days"), Map.of());
        assertTrue(
                faults.get(0).contains("(agents.prometheus.horizon)")
                        && faults.get(0).contains("from 0 s to 720 h"),
                faults::toString);
        List<String> warnings = Load.warnings("agents { promtheus.horizon = 6 h, telegraf.lasts = 1 h }");
        assertTrue(
                warnings.get(0).contains("(agents.telegraf.lasts): unknown setting; known here: horizon"),
                warnings::toString);
        assertTrue(
                warnings.get(1).contains("(agents.promtheus): unknown setting; did you mean \"prometheus\"?"),
                warnings::toString);
    }
}
