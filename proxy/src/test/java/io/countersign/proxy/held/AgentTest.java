package io.countersign.proxy.held;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.countersign.proxy.config.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentTest {
    private static final Pattern ROW = Pattern.compile("\\| `([a-z-]+)` \\| (.*?) \\| `(\\w+)` \\| (.*?) \\|.*");

    @ParameterizedTest
    @CsvSource({
        "Prometheus/2.42.0, /api/v1/write, PROMETHEUS",
        "Prometheus/3.16.0, /loki/api/v1/push, PROMETHEUS",
        "vmagent, /api/v1/write, VMAGENT",
        "Alloy/v1.9.1 (linux; docker), /api/v1/push, ALLOY_METRICS",
        "Alloy/v1.9.1 (linux; docker), /loki/api/v1/push, ALLOY_LOGS",
        "GrafanaAgent/v0.44.2 (static; linux; deb), /api/v1/write, GRAFANA_AGENT_METRICS",
        "GrafanaAgent/v0.44.2 (static; linux; deb), /x/loki/api/v1/push, GRAFANA_AGENT_LOGS",
        "promtail/3.4.2, /loki/api/v1/push, PROMTAIL",
        "OpenTelemetry Collector Contrib/0.165.0 (linux/amd64), /v1/traces, OTEL_COLLECTOR",
        "opentelemetry-collector-contrib/0.165.0, /api/v1/write, OTEL_COLLECTOR",
        "aws-otel-collector/v0.43.0, /v1/logs, OTEL_COLLECTOR",
        "Grafana Alloy/v1.9.1 (linux/amd64), /v1/logs, OTEL_COLLECTOR",
        "OTel-OTLP-Exporter-Java/1.68.0, /v1/logs, OTEL_SDK",
        "Mine/1.0 OTel-OTLP-Exporter-JavaScript/0.208.0, /v1/logs, OTEL_SDK",
        "OTel OTLP Exporter Go/1.38.0, /v1/logs, OTEL_SDK",
        "Fluent-Bit, /logs, FLUENT_BIT",
        "Telegraf/1.37.0 Go/1.25, /write, TELEGRAF",
        "syslog-ng 3.38.1/libcurl 7.88.1, /logs, SYSLOG_NG",
        "collectd/5.12.0, /post, COLLECTD",
        "curl/8.5.0, /x, UNKNOWN",
        "Mozilla/5.0, /x, UNKNOWN",
        "myprometheus/1, /x, UNKNOWN",
    })
    void isKnownByWhatItCallsItself(String userAgent, String path, Agent agent) {
        assertEquals(agent, Agent.of(Optional.of(userAgent), Optional.of(path)));
    }

    /** docs/AGENTS.md shows this table. */
    @Test
    void theManualShowsTheSameTable() throws IOException {
        List<String> shown = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("../docs/AGENTS.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                shown.add(row.group(1) + " " + row.group(3) + " " + row.group(4));
            }
        }
        assertEquals(
                Arrays.stream(Agent.values())
                        .map(agent -> agent.label() + " "
                                + agent.horizon().kind().label() + " "
                                + agent.horizon().lasts().map(Units::text).orElse("-"))
                        .toList(),
                shown);
    }
}
