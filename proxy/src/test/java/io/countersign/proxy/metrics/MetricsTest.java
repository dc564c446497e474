package io.countersign.proxy.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.access.ListStatus;
import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.credentials.CredentialsStatus;
import io.countersign.proxy.credentials.Principal;
import io.countersign.proxy.exchange.Exchanges;
import io.countersign.proxy.failover.Condition;
import io.countersign.proxy.failover.UpstreamStatus;
import io.countersign.proxy.held.Agent;
import io.countersign.proxy.held.Horizons;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final ProxyState STATE = new ProxyState(
            () -> new Vitals(3, 2, 1, new Vitals.Buffered(1024, 4096), new Vitals.Upstreams(5, 6, 7)),
            () -> List.of(
                    new CredentialsStatus(
                            "default",
                            "default",
                            "default",
                            false,
                            Optional.empty(),
                            new CredentialsStatus.Fetches(0, 0, Optional.empty(), Optional.empty()),
                            Principal.UNKNOWN),
                    new CredentialsStatus(
                            "reporting",
                            "assume-role",
                            "assume-role",
                            true,
                            Optional.of(Instant.ofEpochSecond(1_800_000_000)),
                            new CredentialsStatus.Fetches(
                                    4, 1, Optional.of(Instant.ofEpochSecond(1_700_000_000)), Optional.empty()),
                            Principal.UNKNOWN)),
            () -> Map.of("abc.execute-api.us-east-1.amazonaws.com:443", -412.0),
            () -> Map.of("metrics", true, "logs", false),
            () -> List.of(
                    new RouteReport("logs", Optional.empty(), Optional.empty(), 0, Optional.empty(), List.of()),
                    new RouteReport(
                            "metrics",
                            Optional.of(Instant.ofEpochSecond(1_600_000_000)),
                            Optional.of(run(Optional.of(Instant.ofEpochSecond(1_600_000_001)))),
                            3,
                            Optional.empty(),
                            List.of(
                                    new UpstreamStatus("https://a", Condition.OPEN, false, 7, Map.of("status_503", 2L)),
                                    new UpstreamStatus("https://b", Condition.CLOSED, true, 5, Map.of()))),
                    new RouteReport(
                            "traces",
                            Optional.empty(),
                            Optional.of(run(Optional.empty())),
                            0,
                            Optional.empty(),
                            List.of())),
            () -> new InForce(
                    "0123456789abcdef",
                    Map.of("allow.list", "fedcba9876543210"),
                    64,
                    512,
                    new Horizons(Map.of(Agent.OTEL_COLLECTOR, Duration.ofMinutes(30)))),
            () -> Map.of("access", 9L));

    private static final Pattern OF_A_GATEWAY = Pattern.compile("countersign_(tenant|quotas|console|call_log)_.*");

    private static RouteReport.Run run(Optional<Instant> since) {
        Instant at = Instant.ofEpochSecond(1_600_000_000);
        return new RouteReport.Run("permission", at, at, 1, since, Optional.empty());
    }

    private final Clock clock = Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);
    private final Metrics metrics = new Metrics("1.2.3", STATE, clock);

    @Test
    void countsACallInEachOfItsFamilies() {
        metrics.finished(Exchanges.good().build());
        has("countersign_requests_total{code=\"200\",route=\"metrics\"} 1.0");
        has("countersign_request_duration_seconds_bucket{route=\"metrics\",le=\"0.01\"} 0");
        has("countersign_request_duration_seconds_bucket{route=\"metrics\",le=\"0.025\"} 1");
        has("countersign_request_duration_seconds_bucket{route=\"metrics\",le=\"+Inf\"} 1");
        has("countersign_request_duration_seconds_sum{route=\"metrics\"} 0.012345678");
        has("countersign_phase_duration_seconds_count{phase=\"wait\",route=\"metrics\"} 0");
        has("countersign_phase_duration_seconds_count{phase=\"first_byte\",route=\"metrics\"} 1");
        has("countersign_phase_duration_seconds_sum{phase=\"first_byte\",route=\"metrics\"} 0.01");
        has("countersign_request_bytes_total{route=\"metrics\"} 5000.0");
        has("countersign_response_bytes_total{route=\"metrics\"} 20.0");
        has("countersign_resends_total{route=\"metrics\"} 0.0");
        hasNot("countersign_kept_data_total{");
        hasNot("countersign_errors_total{");
    }

    @Test
    void countsDenialsByRule() {
        metrics.finished(Exchanges.denied().build());
        metrics.finished(Exchanges.denied().build());
        has("countersign_denied_total{comment=\"\",rule=\"conf/deny.list:7\"} 2.0");
        has("countersign_requests_total{code=\"403\",route=\"none\"} 2.0");
        has("countersign_errors_total{error=\"http_request_denied\",route=\"none\"} 2.0");
    }

    @Test
    void countsAnAnswerThatKeptTheAgentsData() {
        Exchanges call = Exchanges.good();
        call.status = 503;
        call.own = true;
        call.upstreamStatus = 403;
        call.rejection = "expired_token";
        call.attempts = 2;
        metrics.finished(call.build());
        has("countersign_kept_data_total{route=\"metrics\",upstream_status=\"403\"} 1.0");
        has("countersign_rejections_total{cause=\"expired_token\",route=\"metrics\"} 1.0");
        has("countersign_resends_total{route=\"metrics\"} 1.0");
    }

    @Test
    void showsSinceWhenAgentsHoldDataBackAndForHowLongTheyCan() {
        hasNot("countersign_agent_holding_since_timestamp_seconds{");
        Exchanges call = Exchanges.good();
        call.userAgent = "Prometheus/2.42.0";
        call.held = "throttled";
        call.own = true;
        call.status = 503;
        call.startMillis = clock.millis() - 90_500;
        metrics.finished(call.build());
        call.startMillis += 1000;
        metrics.finished(call.build());
        call.userAgent = "vmagent";
        metrics.finished(call.build());
        has("countersign_held_total{cause=\"throttled\",route=\"metrics\"} 3.0");
        String prometheus = "{agent=\"prometheus\",horizon=\"wal\",route=\"metrics\"}";
        has("countersign_agent_holding_since_timestamp_seconds" + prometheus + " 1.6999999095E9");
        has("countersign_agent_horizon_seconds" + prometheus + " 7200.0");
        String vmagent = "{agent=\"vmagent\",horizon=\"disk\",route=\"metrics\"}";
        has("countersign_agent_holding_since_timestamp_seconds" + vmagent + " 1.6999999105E9");
        hasNot("countersign_agent_horizon_seconds" + vmagent);
        call.userAgent = "otelcol/1";
        metrics.finished(call.build());
        has("countersign_agent_horizon_seconds{agent=\"otel-collector\",horizon=\"retries\",route=\"metrics\"} 1800.0");
        metrics.finished(Exchanges.good().build());
        has("countersign_agent_holding_since_timestamp_seconds" + prometheus);
        Exchanges taken = Exchanges.good();
        taken.userAgent = "Prometheus/2.42.0";
        metrics.finished(taken.build());
        hasNot("countersign_agent_holding_since_timestamp_seconds" + prometheus);
    }

    @Test
    void showsWhichConfigurationIsInForce() {
        has("countersign_config_info{hash=\"0123456789abcdef\"} 1.0");
        has("countersign_list_info{hash=\"fedcba9876543210\",list=\"allow.list\"} 1.0");
        has("countersign_in_flight_limit 64.0");
        has("countersign_client_connections_limit 512.0");
    }

    @Test
    void aRelayed503KeptNothing() {
        Exchanges call = Exchanges.good();
        call.status = 503;
        call.upstreamStatus = 503;
        metrics.finished(call.build());
        call.own = true;
        call.upstreamStatus = 0;
        metrics.finished(call.build());
        hasNot("countersign_kept_data_total{");
    }

    @Test
    void countsItemsThatTheUpstreamAcceptedAndRefused() {
        Exchanges call = Exchanges.good();
        metrics.finished(call.build());
        has("countersign_items_total{result=\"refused\",route=\"metrics\"} 0.0");
        call.itemsAccepted = 500;
        call.itemsRefused = 3;
        metrics.finished(call.build());
        has("countersign_items_total{result=\"accepted\",route=\"metrics\"} 500.0");
        has("countersign_items_total{result=\"refused\",route=\"metrics\"} 3.0");
    }

    @Test
    void countsCallsThatGotNoWholeAnswer() {
        Exchanges call = Exchanges.good();
        call.status = 0;
        call.complete = false;
        metrics.finished(call.build());
        has("countersign_requests_total{code=\"none\",route=\"metrics\"} 1.0");
        has("countersign_incomplete_total{route=\"metrics\"} 1.0");
    }

    @Test
    void readsTheStateAtEachScrape() {
        has("countersign_client_connections 3.0");
        has("countersign_in_flight 2.0");
        has("countersign_waiting 1.0");
        has("countersign_buffered_bytes 1024.0");
        has("countersign_buffered_limit_bytes 4096.0");
        has("countersign_upstream_connections{state=\"active\"} 5.0");
        has("countersign_upstream_connections{state=\"idle\"} 6.0");
        has("countersign_upstream_connections{state=\"connecting\"} 7.0");
        String reporting = "{credentials=\"reporting\",source=\"assume-role\"} ";
        has("countersign_credentials_expiry_timestamp_seconds" + reporting + "1.8E9");
        hasNot("countersign_credentials_expiry_timestamp_seconds{credentials=\"default\"");
        has("countersign_credentials_usable" + reporting + "1.0");
        has("countersign_credentials_usable{credentials=\"default\",source=\"default\"} 0.0");
        has("countersign_credentials_last_success_timestamp_seconds" + reporting + "1.7E9");
        has("countersign_credentials_refreshes_total" + reporting + "4.0");
        has("countersign_credentials_failures_total" + reporting + "1.0");
        has("countersign_clock_skew_seconds{upstream=\"abc.execute-api.us-east-1.amazonaws.com:443\"} -412.0");
        has("countersign_route_can_sign{route=\"logs\"} 0.0");
        has("countersign_route_can_sign{route=\"metrics\"} 1.0");
        has("countersign_route_last_success_timestamp_seconds{route=\"metrics\"} 1.6E9");
        hasNot("countersign_route_last_success_timestamp_seconds{route=\"logs\"");
        has("countersign_route_holding_since_timestamp_seconds{cause=\"permission\",route=\"metrics\"} 1.600000001E9");
        hasNot("countersign_route_holding_since_timestamp_seconds{cause=\"permission\",route=\"traces\"");
        has("countersign_upstream_breaker{route=\"metrics\",upstream=\"https://a\"} 2.0");
        has("countersign_upstream_breaker{route=\"metrics\",upstream=\"https://b\"} 0.0");
        has("countersign_upstream_requests_total{route=\"metrics\",upstream=\"https://a\"} 7.0");
        has("countersign_upstream_moves_total{cause=\"status_503\",route=\"metrics\",upstream=\"https://a\"} 2.0");
        hasNot("countersign_upstream_breaker{route=\"logs\"");
        has("countersign_payloads_given_up_total{route=\"metrics\"} 3.0");
        has("countersign_payloads_given_up_total{route=\"logs\"} 0.0");
        has("countersign_log_dropped_total{log=\"access\"} 9.0");
        has("countersign_build_info{java=\"" + Runtime.version() + "\",version=\"1.2.3\"} 1");
        has("process_open_fds ");
        has("process_cpu_seconds_total ");
        has("process_resident_memory_bytes ");
        has("jvm_memory_used_bytes{area=\"heap\"} ");
        has("jvm_gc_collection_seconds_count{gc=\"");
        has("countersign_allocator_bytes{area=\"direct\"} ");
    }

    @Test
    void tellsWhetherTheLastReloadWasTaken() {
        has("countersign_config_last_reload_successful 1.0");
        has("countersign_config_last_reload_success_timestamp_seconds 1.7E9");
        has("countersign_config_reloads_total{result=\"failure\"} 0.0");
        metrics.reloaded(false);
        has("countersign_config_last_reload_successful 0.0");
        has("countersign_config_reloads_total{result=\"failure\"} 1.0");
        metrics.reloaded(true);
        has("countersign_config_last_reload_successful 1.0");
        has("countersign_config_reloads_total{result=\"success\"} 1.0");
    }

    @Test
    void aReaderThatFailsCostsOnlyItsOwnMetric() {
        Metrics broken = new Metrics(
                "1",
                new ProxyState(
                        () -> {
                            throw new IllegalStateException("not yet");
                        },
                        STATE.credentials(),
                        STATE.clockSkewSeconds(),
                        STATE.canSign(),
                        STATE.routes(),
                        STATE.inForce(),
                        STATE.logDropped()),
                clock);
        String text = text(broken, null);
        assertFalse(text.contains("\ncountersign_in_flight "), text);
        assertTrue(text.contains("\ncountersign_route_can_sign{"), text);
    }

    @Test
    void countsApartWhatAnAuditWouldDeny() {
        Exchanges call = Exchanges.good();
        call.verdict = new Verdict.WouldDeny(new Rule("deny.list:1", "10.0.0.1"));
        metrics.finished(call.build());
        has("countersign_audit_denied_total{comment=\"\",rule=\"deny.list:1\"} 1.0");
        assertEquals(0, count(text(metrics, null), "countersign_denied_total{"));
    }

    @Test
    void rulesThatComeAndGoDoNotGrowTheNumberOfSeries() {
        for (int i = 0; i < 3 * ExchangeMetrics.MOST_RULES; i++) {
            Exchanges call = Exchanges.denied();
            call.verdict = new Verdict.Denied(new Rule("deny.list:" + i, "10.0.0.1"));
            call.error = "error_" + i;
            metrics.finished(call.build());
        }
        String text = text(metrics, null);
        assertEquals(ExchangeMetrics.MOST_RULES + 1, count(text, "countersign_denied_total{"));
        assertEquals(ExchangeMetrics.MOST_ERRORS + 1, count(text, "countersign_errors_total{"));
        has("countersign_denied_total{comment=\"\",rule=\"other\"} " + 2.0 * ExchangeMetrics.MOST_RULES);
    }

    @Test
    void statusesAreBounded() {
        for (int status = -10; status < 2000; status++) {
            Exchanges call = Exchanges.good();
            call.status = status;
            metrics.finished(call.build());
        }
        assertEquals(501, count(text(metrics, null), "countersign_requests_total{"));
    }

    @Test
    void losesNoCountBetweenEventLoops() throws InterruptedException {
        List<Thread> loops = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread loop = new Thread(() -> {
                for (int call = 0; call < 5000; call++) {
                    metrics.finished(Exchanges.good().build());
                }
            });
            loop.start();
            loops.add(loop);
        }
        while (loops.stream().anyMatch(Thread::isAlive)) {
            text(metrics, null);
        }
        for (Thread loop : loops) {
            loop.join();
        }
        has("countersign_requests_total{code=\"200\",route=\"metrics\"} 20000.0");
        has("countersign_request_duration_seconds_count{route=\"metrics\"} 20000");
    }

    /** One for each bucket, and in OpenMetrics alone: the older format has no place for them. */
    @Test
    void namesTheTraceOfACallOfEachDuration() {
        Exchanges traced = Exchanges.good();
        traced.traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
        metrics.finished(traced.build());
        metrics.finished(Exchanges.good().build());
        String page = new String(
                metrics.exposition()
                        .render("application/openmetrics-text;version=1.0.0")
                        .body(),
                StandardCharsets.UTF_8);
        assertTrue(
                page.contains("countersign_request_duration_seconds_bucket{route=\"metrics\",le=\"0.025\"} 2 #"
                        + " {trace_id=\"4bf92f3577b34da6a3ce929d0e0e4736\"} 0.012345678 "),
                page);
        assertEquals(1, page.split("trace_id", -1).length - 1, page);
        hasNot("trace_id");
    }

    @Test
    void speaksOpenMetricsToWhoAsks() {
        assertEquals(
                "text/plain; version=0.0.4; charset=utf-8",
                metrics.exposition().render("*/*").contentType());
        Exposition.Page page = metrics.exposition()
                .render("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1");
        assertEquals("application/openmetrics-text; version=1.0.0; charset=utf-8", page.contentType());
        assertTrue(new String(page.body(), StandardCharsets.UTF_8).endsWith("# EOF\n"));
    }

    @Test
    void everyMetricIsDescribed() throws IOException {
        metrics.finished(Exchanges.denied().build());
        String described = Files.readString(Path.of("../docs/OBSERVABILITY.md"));
        List<String> missing = text(metrics, null)
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.substring("# TYPE ".length(), line.lastIndexOf(' ')))
                .filter(name -> !described.contains("`" + name + "`"))
                .toList();
        assertEquals(List.of(), missing);
    }

    @Test
    void countsWebSocketsByThemselves() {
        metrics.upgraded("metrics");
        metrics.upgraded("metrics");
        has("countersign_websockets_open{route=\"metrics\"} 2.0");
        metrics.finished(Exchanges.webSocket("client", 1000).build());
        metrics.finished(Exchanges.webSocket("upstream", 4321).build());
        has("countersign_websockets_open{route=\"metrics\"} 0.0");
        has("countersign_websockets_closed_total{closed_by=\"client\",code=\"1000\",route=\"metrics\"} 1.0");
        has("countersign_websockets_closed_total{closed_by=\"upstream\",code=\"4xxx\",route=\"metrics\"} 1.0");
        has("countersign_websocket_bytes_total{route=\"metrics\",to=\"upstream\"} 10000.0");
        has("countersign_websocket_bytes_total{route=\"metrics\",to=\"client\"} 40.0");
        has("countersign_websocket_duration_seconds_sum{route=\"metrics\"} 7200.0");
        has("countersign_requests_total{code=\"101\",route=\"metrics\"} 2.0");
        has("countersign_request_duration_seconds_count{route=\"metrics\"} 0");
        has("countersign_request_bytes_total{route=\"metrics\"} 0.0");
    }

    /** What the manual says of the core's metrics; those of a gateway are its own. */
    @Test
    void everyMetricThatIsDescribedExists() throws IOException {
        Exchanges denied = Exchanges.denied();
        metrics.finished(denied.build());
        denied.verdict = new Verdict.WouldDeny(new Rule("deny.list:1", "10.0.0.1"));
        metrics.finished(denied.build());
        Exchanges held = Exchanges.good();
        held.userAgent = "Prometheus/2.42.0";
        held.held = "permission";
        held.rejection = "permission";
        held.own = true;
        held.status = 503;
        held.upstreamStatus = 403;
        held.startMillis = clock.millis();
        metrics.finished(held.build());
        metrics.watchConnections(() -> Map.of("limit", 1L), () -> 1);
        metrics.watchLists(() -> List.of(new ListStatus("s3://lists/allow", Optional.of(Instant.EPOCH), 1)));
        metrics.watchNames(() -> Map.of("resolver", 1L));
        metrics.watchTls(
                () -> Map.of("expired", 1L),
                () -> 1,
                () -> Map.of("0.0.0.0:8443", Instant.EPOCH),
                () -> Map.of("metrics", Instant.EPOCH));
        metrics.pushes().success();
        metrics.upgraded("metrics");
        metrics.finished(Exchanges.webSocket("client", 1000).build());
        String text = text(metrics, null);
        String tables = Files.readString(Path.of("../docs/OBSERVABILITY.md"));
        List<String> missing = Pattern.compile("(?m)^\\| `((?:countersign|jvm|process)_\\w+)`(?:, `(\\w+)`)?")
                .matcher(tables)
                .results()
                .flatMap(row -> Stream.of(row.group(1), row.group(2)))
                .filter(name -> name != null && !OF_A_GATEWAY.matcher(name).matches())
                .filter(name -> !text.contains("\n# TYPE " + name + " "))
                .toList();
        assertEquals(List.of(), missing);
    }

    private void has(String line) {
        String text = text(metrics, null);
        assertTrue(text.contains("\n" + line), line + " is not in\n" + text);
    }

    private void hasNot(String start) {
        String text = text(metrics, null);
        assertFalse(text.contains("\n" + start), start + " is in\n" + text);
    }

    private static long count(String text, String start) {
        return text.lines().filter(line -> line.startsWith(start)).count();
    }

    private static String text(Metrics metrics, String accept) {
        return new String(metrics.exposition().render(accept).body(), StandardCharsets.UTF_8);
    }
}
