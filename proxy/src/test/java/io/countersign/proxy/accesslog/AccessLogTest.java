package io.countersign.proxy.accesslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.countersign.proxy.access.Rule;
import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Attribution;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.Identity;
import io.countersign.proxy.exchange.ExchangeRecord;
import io.countersign.proxy.exchange.Exchanges;
import io.countersign.proxy.logging.LogConfig;
import io.countersign.proxy.logging.LogConfig.Access;
import io.countersign.proxy.net.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AccessLogTest {
    private static final Attribution KNOWN =
            new Attribution(Optional.of(new Identity(Identity.Kind.TOKEN, "batch")), Optional.of("payments"));

    private final LoggerContext context = new LoggerContext();
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();
    private final Logger logger = context.getLogger("access under test");
    private final Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:05:00Z"), ZoneOffset.UTC);

    @BeforeEach
    void capture() {
        written.start();
        logger.addAppender(written);
    }

    @Test
    void writesEveryFieldOfACall() {
        Exchanges call = Exchanges.good();
        call.queryNames = "match[]&start";
        call.waitNanos = 999_499;
        call.userAgent = "Prometheus/3.5.0";
        call.traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
        log(Access.ALL).finished(call.build());
        assertEquals(
                "{\"time\":\"2026-01-02T03:04:05.006Z\",\"id\":\"00c0ffee00c0ffee\",\"client\":\"127.0.0.1\","
                        + "\"verdict\":\"allowed\",\"rule\":\"conf/allow.list:3\",\"rule_text\":\"127.0.0.0/8\","
                        + "\"route\":\"metrics\",\"method\":\"POST\",\"path\":\"/api/v1/write?match[]&start\","
                        + "\"user_agent\":\"Prometheus/3.5.0\",\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\","
                        + "\"status\":200,\"own\":false,\"complete\":true,\"upstream_status\":200,\"upstream_id\":\"req-1\","
                        + "\"request_bytes\":5000,\"response_bytes\":20,\"attempts\":1,\"upstream\":\"aps.example\","
                        + "\"reused\":false,\"sent_ms\":2.000,\"duration_ms\":12.346,"
                        + "\"wait_ms\":0.999,\"body_ms\":1.500,\"credentials_ms\":0.000,\"connect_ms\":0.002,"
                        + "\"first_byte_ms\":10.000,\"relay_ms\":0.346}",
                lines().get(0));
    }

    @Test
    void writesWhatWasSentAndWhatTheClientWasAskedTo() {
        Exchanges call = Exchanges.good();
        call.attempts = 2;
        call.status = 503;
        call.own = true;
        call.upstreamStatus = 429;
        call.retryAfter = 7;
        call.said = "slow down";
        log(Access.ERRORS).finished(call.build());
        String line = lines().get(0);
        assertTrue(
                line.contains(
                        "\"sent_ms\":2.000,\"earlier\":[{\"to\":\"aps.example\",\"on_reused\":true,\"at_ms\":0.500,"
                                + "\"broke\":\"connection_terminated\"}],\"duration_ms\""),
                line);
        Config parsed = parse(line);
        assertEquals(7, parsed.getInt("retry_after"));
        assertEquals("slow down", parsed.getString("upstream_said"));
        assertFalse(parsed.hasPath("relay_ms"), line);
    }

    @Test
    void writesWhatAnAuditWouldDenyInEveryMode() {
        Exchanges call = Exchanges.good();
        call.verdict = new Verdict.WouldDeny(new Rule("deny.list:1", "10.0.0.1"));
        log(Access.ERRORS).finished(call.build());
        assertTrue(lines().get(0).contains("\"verdict\":\"would_deny\",\"rule\":\"deny.list:1\""), lines().get(0));
    }

    @Test
    void leavesOutWhatIsAbsent() {
        log(Access.ERRORS)
                .finished(new ExchangeRecord(
                        "id",
                        Caller.ofSocket(InetAddress.getLoopbackAddress()),
                        Optional.empty(),
                        Optional.empty(),
                        new ExchangeRecord.Request(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()),
                        new ExchangeRecord.Outcome(
                                0,
                                new ExchangeRecord.Response(400, true, 0, true, 0),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                new ExchangeRecord.UpstreamResult(
                                        List.of(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        new ExchangeRecord.Items(0, 0),
                                        Optional.empty())),
                        new ExchangeRecord.Timings(0, -1, -1, -1, -1, -1, 0)));
        assertEquals(
                "{\"time\":\"1970-01-01T00:00:00.000Z\",\"id\":\"id\",\"client\":\"127.0.0.1\",\"status\":400,\"own\":true,\"complete\":true,"
                        + "\"request_bytes\":0,\"response_bytes\":0,\"attempts\":0,\"duration_ms\":0.000}",
                lines().get(0));
    }

    @Test
    void saysWhoseSignatureWasRejectedAndWhatBecameOfItems() {
        Exchanges call = Exchanges.good();
        call.rejection = "permission";
        call.credentials = "reporting";
        call.accessKeyId = "AKIDEXAMPLE";
        call.itemsAccepted = 7;
        log(Access.ALL).finished(call.build());
        Config line = parse(lines().get(0));
        assertEquals("permission", line.getString("rejection"));
        assertEquals("reporting", line.getString("credentials"));
        assertEquals("AKIDEXAMPLE", line.getString("access_key_id"));
        assertEquals(7, line.getInt("items_accepted"));
        assertEquals(0, line.getInt("items_refused"));
    }

    @Test
    void saysWhoNamedTheCaller() {
        Exchanges call = Exchanges.good();
        call.caller = call.caller.announced(IpAddress.parse("10.1.2.3").toInetAddress(), Optional.of("vpce-1"));
        log(Access.ALL).finished(call.build());
        Config line = parse(lines().get(0));
        assertEquals("10.1.2.3", line.getString("client"));
        assertEquals("proxy_protocol", line.getString("client_known_by"));
        assertEquals("127.0.0.1", line.getString("peer"));
    }

    @Test
    void namesTheRuleThatDenied() {
        log(Access.ERRORS).finished(Exchanges.denied().build());
        Config line = parse(lines().get(0));
        assertEquals("denied", line.getString("verdict"));
        assertEquals("conf/deny.list:7", line.getString("rule"));
        assertEquals("10.0.0.5", line.getString("rule_text"));
        assertFalse(line.hasPath("route"));
    }

    @Test
    void errorsModeWritesFailuresAlone() {
        AccessLog log = log(Access.ERRORS);
        log.finished(call(200, true));
        log.finished(call(399, true));
        assertEquals(List.of(), lines());
        log.finished(call(400, true));
        log.finished(call(0, true));
        log.finished(call(200, false));
        assertEquals(3, lines().size());
    }

    @Test
    void sampleModeWritesEveryFailureAndOneOfNSuccesses() {
        AccessLog log = new AccessLog(logger, new LogConfig(Access.SAMPLE, 10, "info", LogConfig.Format.TEXT), clock);
        for (int i = 0; i < 100; i++) {
            log.finished(call(200, true));
            log.finished(call(503, true));
        }
        assertEquals(
                100,
                lines().stream().filter(line -> line.contains("\"status\":503")).count());
        assertEquals(
                10,
                lines().stream().filter(line -> line.contains("\"status\":200")).count());
    }

    @Test
    void changesItsModeOnReload() {
        AccessLog log = log(Access.ERRORS);
        log.finished(call(200, true));
        log.configure(new LogConfig(Access.ALL, 1, "info", LogConfig.Format.TEXT));
        log.finished(call(200, true));
        assertEquals(1, lines().size());
    }

    @Test
    void summarisesEachRouteSinceTheLastSummary() {
        AccessLog log = log(Access.ERRORS);
        for (int i = 1; i <= 98; i++) {
            log.finished(call(200, true, 10_000_000));
        }
        log.finished(call(503, true, 20_000_000));
        log.finished(call(0, false, 900_000_000));
        written.list.clear();
        log.summarise();
        Config line = parse(lines().get(0));
        assertEquals("2026-01-02T03:05:00.000Z", line.getString("time"));
        assertEquals("calls", line.getString("summary"));
        assertEquals("metrics", line.getString("route"));
        assertEquals(100, line.getInt("count"));
        assertEquals(98, line.getInt("\"2xx\""));
        assertEquals(1, line.getInt("\"5xx\""));
        assertEquals(1, line.getInt("unanswered"));
        assertEquals(500_000, line.getInt("request_bytes"));
        assertEquals(2_000, line.getInt("response_bytes"));
        assertBetween(10, 12.5, line.getDouble("p50_ms"));
        assertBetween(20, 25, line.getDouble("p99_ms"));
        assertEquals(900, line.getDouble("max_ms"));

        written.list.clear();
        log.summarise();
        assertEquals(List.of(), lines(), "nothing happened since");
    }

    @Test
    void anyTextStaysOneValidLine() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        AccessLog log = log(Access.ALL);
        for (int i = 0; i < 2000; i++) {
            String text = randomText(random);
            Exchanges call = Exchanges.good();
            call.path = text;
            call.detail = text;
            written.list.clear();
            log.finished(call.build());
            String line = lines().get(0);
            assertTrue(line.chars().noneMatch(c -> c < 0x20 || c == 0x7F || c == 0x85 || c == 0x2028), line);
            assertEquals(text, parse(line).getString("path"));
        }
    }

    @Test
    void escapesQuotesControlsAndLoneSurrogates() {
        Exchanges call = Exchanges.good();
        call.path = "\"\\\n\u0000\u007f\ud800x\udc00\ud83d\ude00\u202e";
        log(Access.ALL).finished(call.build());
        assertTrue(
                lines().get(0).contains("\"path\":\"\\\"\\\\\\u000a\\u0000\\u007f\\ud800x\\udc00\ud83d\ude00\\u202e\""),
                lines().get(0));
    }

    @Test
    void cutsWhatIsTooLong() {
        Exchanges call = Exchanges.good();
        call.path = "/" + "a".repeat(JsonLine.MAX_TEXT);
        log(Access.ALL).finished(call.build());
        String path = parse(lines().get(0)).getString("path");
        assertEquals(JsonLine.MAX_TEXT + 1, path.length());
        assertTrue(path.endsWith("a\u2026"));
        call.path = "/" + "a".repeat(JsonLine.MAX_TEXT - 1);
        log(Access.ALL).finished(call.build());
        assertEquals(call.path, parse(lines().get(1)).getString("path"));
    }

    @Test
    void saysWhoTheCallerIsAndWhoseTheRequest() {
        Exchanges call = Exchanges.good();
        call.caller = call.caller.attributedTo(KNOWN);
        log(Access.ALL).finished(call.build());
        Map<String, Object> line = parse(lines().get(0)).root().unwrapped();
        assertEquals("token:batch", line.get("identity"));
        assertEquals("payments", line.get("tenant"));
    }

    @Test
    void knowsNoFieldThatIsNotDescribed() throws IOException {
        Exchanges call = Exchanges.good();
        call.waitNanos = 0;
        call.error = "http_response_timeout";
        call.detail = "no answer";
        call.rejection = "permission";
        call.caller = call.caller
                .announced(IpAddress.parse("10.1.2.3").toInetAddress(), Optional.empty())
                .attributedTo(KNOWN);
        AccessLog log = log(Access.ERRORS);
        call.status = 504;
        log.finished(call.build());
        log.summarise();
        String described = Files.readString(Path.of("../docs/OBSERVABILITY.md"));
        for (String line : lines()) {
            Set<String> fields = parse(line).root().keySet();
            for (String field : fields) {
                assertTrue(described.contains("`" + field + "`"), field);
            }
        }
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(20); length > 0; length--) {
            switch (random.nextInt(4)) {
                case 0 -> text.append((char) random.nextInt(0x30));
                case 1 -> text.append((char) random.nextInt(0x10000));
                case 2 -> text.append((char) (0xD800 + random.nextInt(0x800)));
                default -> text.appendCodePoint(random.nextInt(0x110000));
            }
        }
        return text.toString();
    }

    private static void assertBetween(double low, double high, double actual) {
        assertTrue(low <= actual && actual <= high, actual + " is not within " + low + " and " + high);
    }

    private static ExchangeRecord call(int status, boolean complete) {
        return call(status, complete, 1_000_000);
    }

    private static ExchangeRecord call(int status, boolean complete, long nanos) {
        Exchanges call = Exchanges.good();
        call.status = status;
        call.complete = complete;
        call.totalNanos = nanos;
        return call.build();
    }

    private AccessLog log(Access mode) {
        return new AccessLog(logger, new LogConfig(mode, 10, "info", LogConfig.Format.TEXT), clock);
    }

    private List<String> lines() {
        return written.list.stream().map(ILoggingEvent::getMessage).toList();
    }

    private static Config parse(String line) {
        return ConfigFactory.parseString(line, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
    }
}
