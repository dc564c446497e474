package io.countersign.gateway.console.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.gateway.calls.Exchanges;
import io.countersign.gateway.overview.Overview;
import io.countersign.proxy.exchange.ExchangeRecord;
import io.countersign.proxy.held.Agent;
import io.countersign.proxy.held.HeldData;
import io.countersign.proxy.held.Horizons;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeldResourceTest {
    private final HeldData held = new HeldData();

    private void fails(String address, String userAgent, String path, long secondsAgo) {
        ExchangeRecord like = Exchanges.allowed(Exchanges.from(address), path, 503);
        ExchangeRecord.Outcome outcome = like.outcome();
        held.finished(new ExchangeRecord(
                like.id(),
                like.caller(),
                like.verdict(),
                like.route(),
                new ExchangeRecord.Request(
                        Optional.of("POST"),
                        Optional.of(path),
                        Optional.empty(),
                        Optional.of(userAgent),
                        Optional.empty()),
                new ExchangeRecord.Outcome(
                        0,
                        outcome.response(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("throttled"),
                        outcome.upstream()),
                new ExchangeRecord.Timings(Ask.TIME.minusSeconds(secondsAgo).toEpochMilli(), -1, -1, -1, -1, -1, 1)));
    }

    private String asked() throws Exception {
        return asked(Horizons.DEFAULT);
    }

    private String asked(Horizons horizons) throws Exception {
        return Ask.get(new HeldResource(held, () -> horizons, List::of, new Overview(System::nanoTime)), "");
    }

    @Test
    void whoLosesDataFirstComesFirst() throws Exception {
        fails("10.0.0.1", "curl/8", "/x", 500);
        fails("10.0.0.1", "Prometheus/2.42.0", "/x", 400);
        fails("10.0.0.1", "OpenTelemetry Collector/0.165.0 (linux/amd64)", "/x", 100);
        fails("10.0.0.1", "OTel-OTLP-Exporter-Java/1.68.0", "/x", 60);
        String json = asked();
        assertTrue(
                json.matches(".*otel-sdk.*\"left_seconds\":0\\b.*otel-collector.*\"left_seconds\":200\\b.*"
                        + "prometheus.*\"left_seconds\":6800\\b.*unknown.*"),
                json);
        assertFalse(json.replaceFirst(".*\"agent\":\"unknown\"", "").contains("left_seconds"), json);
    }

    @Test
    void anAgentLastsAsLongAsItsOperatorSays() throws Exception {
        fails("10.0.0.1", "OpenTelemetry Collector/0.165.0 (linux/amd64)", "/x", 100);
        fails("10.0.0.1", "vmagent", "/x", 60);
        String json = asked(new Horizons(
                Map.of(Agent.OTEL_COLLECTOR, Duration.ofMinutes(30), Agent.VMAGENT, Duration.ofMinutes(2))));
        assertTrue(
                json.matches(".*vmagent.*\"horizon\":\"disk\",\"horizon_seconds\":120,\"left_seconds\":60\\b.*"
                        + "otel-collector.*\"horizon_seconds\":1800,\"left_seconds\":1700\\b.*"),
                json);
    }

    @Test
    void callersThatAreAlikeAreOneEntry() throws Exception {
        fails("10.0.0.1", "vmagent", "/x", 100);
        fails("10.0.0.2", "vmagent", "/x", 300);
        fails("10.0.0.2", "vmagent", "/x", 20);
        String json = asked();
        assertEquals(1, json.split("\"agent\"", -1).length - 1, json);
        assertTrue(
                json.contains("\"since\":\"2026-11-27T05:55:00Z\",\"last\":\"2026-11-27T05:59:40Z\",\"requests\":3,"
                        + "\"callers\":2,\"horizon\":\"disk\"}"),
                json);
    }

    @Test
    void aHostileNameIsText() throws Exception {
        fails("10.0.0.1", "\u001b[2J\"},<script>\u202e", "/x", 1);
        String json = asked();
        assertTrue(json.contains("\"user_agent\":\"\\u001b[2J\\\"},<script>\\u202e\""), json);
    }
}
