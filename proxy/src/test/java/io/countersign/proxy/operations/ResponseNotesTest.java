package io.countersign.proxy.operations;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the log and the metrics have from a response's body, which goes to the client as it came. */
@WireTest
class ResponseNotesTest {
    private static final String BULK = "{\"took\":1,\"errors\":true,\"items\":[{\"index\":{\"status\":201}},"
            + "{\"index\":{\"status\":400,\"error\":{\"type\":\"mapper_parsing_exception\"}}},{\"index\":{\"status\":200}}]}";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"400, execute-api", "404, execute-api", "409, execute-api", "422, aps", "413, es"})
    void theLogHasTheBeginningOfAVerdict(int status, String service) {
        try (FakeUpstream upstream = FakeUpstream.http();
                Site site = Site.open(folder, upstream, TestProxy.main("service = " + service))) {
            String body = "{\"reason\":\"sample 7\nis out of order\",\"more\":\"" + "x".repeat(5000) + "\"}";
            upstream.script(Script.always(answer(status, "", body)));
            Response response = site.exchange(Requests.post("/w", "x"));
            assertEquals(body, response.body());
            String line = site.log.await("\"path\":\"/w\"");
            assertTrue(
                    line.contains("\"detail\":\"the upstream says: {\\\"reason\\\":\\\"sample 7 is out of order\\\""),
                    line);
            String detail = line.replaceAll(".*\"detail\":\"the upstream says: (.*?)\",\"upstream_status.*", "$1");
            assertEquals(200, detail.replace("\\\"", "\"").length(), detail);
        }
    }

    @Test
    void theLogHasTheBeginningOfAZippedVerdictAndNoSecretOfIt() {
        try (FakeUpstream upstream = FakeUpstream.http();
                TestProxy proxy = TestProxy.start(upstream);
                LogLines log = new LogLines()) {
            String body = "no " + TestProxy.TOKEN + " here";
            upstream.script(Script.always(answer(404, "Content-Encoding: gzip\r\n", gzip(body))));
            assertEquals(404, proxy.exchange(Requests.get("/zipped")).status());
            String line = log.await("\"path\":\"/zipped\"");
            assertTrue(line.contains("\"detail\":\"the upstream says: no [redacted] here\""), line);

            // A token that reaches beyond what is shown is masked before anything is cut.
            upstream.script(Script.always(answer(404, "", "a".repeat(190) + " " + TestProxy.TOKEN)));
            assertEquals(404, proxy.exchange(Requests.get("/long")).status());
            line = log.await("\"path\":\"/long\"");
            assertFalse(line.contains(TestProxy.TOKEN.substring(0, 6)), line);
        }
    }

    @Test
    void aRouteSaysHowMuchOfAFailedResponseIsLogged() {
        try (FakeUpstream upstream = FakeUpstream.http();
                TestProxy proxy = TestProxy.start(upstream, TestProxy.main("log-failed = 2000"));
                LogLines log = new LogLines()) {
            String secretAtTheEnd = "\"".repeat(1990) + " " + TestProxy.SECRET;
            upstream.script(Script.always(answer(418, "", secretAtTheEnd + "x".repeat(30_000))));
            assertEquals(418, proxy.exchange(Requests.get("/long")).status());
            String line = log.await("\"path\":\"/long\"");
            assertTrue(line.contains("\"upstream_said\":\"" + "\\\"".repeat(1990)), line);
            assertFalse(line.contains(TestProxy.SECRET.substring(0, 5)), line);
            assertTrue(line.contains("\"upstream_status\":418"), line);
            assertTrue(line.length() < 16 * 1024, "a line of " + line.length());
        }
        try (FakeUpstream upstream = FakeUpstream.http();
                TestProxy proxy = TestProxy.start(upstream, TestProxy.main("log-failed = 0"));
                LogLines log = new LogLines()) {
            upstream.script(Script.always(answer(400, "", "private words")));
            Response response = proxy.exchange(Requests.post("/w", "x"));
            assertEquals("private words", response.body());
            assertFalse(log.await("\"path\":\"/w\"").contains("private"));
        }
    }

    /** As many as a route may ask for, though three dots alone would be longer. */
    @Test
    void aRouteMayLogASingleCharacter() {
        try (FakeUpstream upstream = FakeUpstream.http();
                TestProxy proxy = TestProxy.start(upstream, TestProxy.main("log-failed = 1"));
                LogLines log = new LogLines()) {
            upstream.script(Script.always(answer(400, "", "words")));
            assertEquals("words", proxy.exchange(Requests.post("/w", "x")).body());
            assertTrue(log.await("\"path\":\"/w\"").contains("\"upstream_said\":\"w\""));
        }
    }

    @Test
    void whatWasAnsweredInItsPlaceIsSaidWithIt() {
        try (FakeUpstream upstream = FakeUpstream.http();
                Site site = Site.open(folder, upstream)) {
            upstream.script(Script.always(answer(408, "", "too slow for us")));
            assertEquals(503, site.status(Requests.post("/w", "x")));
            String line = site.log.await("\"path\":\"/w\"");
            assertTrue(line.contains("the upstream answered 408: the upstream says: too slow for us\""), line);
        }
    }

    @Test
    void aStreamedVerdictIsNotHeldBack() {
        try (FakeUpstream upstream = FakeUpstream.http();
                Site site = Site.open(folder, upstream);
                RawClient client = site.connect()) {
            Gate rest = new Gate();
            upstream.script((request, connection) -> {
                connection.send("HTTP/1.1 404 No\r\nContent-Length: 10\r\n\r\nfirst");
                rest.pass();
                connection.send("-last");
            });
            client.send(Requests.get("/w"));
            assertEquals(404, client.readHead().status());
            assertEquals("first", client.readExactly(5));
            rest.open();
            assertEquals("-last", client.readExactly(5));
            site.log.await("the upstream says: first-last");
        }
    }

    @Test
    void itemsOfABulkAreCounted() {
        try (FakeUpstream upstream = FakeUpstream.http();
                Site site = Site.open(folder, upstream, TestProxy.main("service = es"))) {
            upstream.script(Script.always(answer(200, "Content-Type: application/json\r\n", BULK)));
            assertEquals(BULK, site.exchange(Requests.post("/i/_bulk", "x")).body());
            String line = site.log.await("\"path\":\"/i/_bulk\"");
            assertTrue(line.contains("\"items_accepted\":2,\"items_refused\":1"), line);
            upstream.script(Script.always(answer(200, "Content-Encoding: gzip\r\n", gzip(BULK))));
            assertEquals(200, site.status(Requests.post("/_bulk", "x")));
            site.awaitMetric("countersign_items_total{result=\"accepted\",route=\"main\"}", 4);
            site.awaitMetric("countersign_items_total{result=\"refused\",route=\"main\"}", 2);

            // What has another path, or is too long to be looked at, counts for nothing and passes as it is.
            String long64 = BULK.replace("\"took\":1", "\"took\":1,\"x\":\"" + "x".repeat(64 * 1024) + "\"");
            upstream.script(Script.always(answer(200, "", long64)));
            assertEquals(long64, site.exchange(Requests.post("/i/_bulk", "x")).body());
            upstream.script(Script.always(answer(200, "", BULK)));
            assertEquals(200, site.status(Requests.post("/i/_search", "x")));
            assertEquals(200, site.status(Requests.get("/i/_bulk")));
            assertEquals(4, site.metric("countersign_items_total{result=\"accepted\",route=\"main\"}"));
        }
    }

    @Test
    void itemsThatOtlpRejectedAreCounted() {
        try (FakeUpstream upstream = FakeUpstream.http();
                Site site = Site.open(folder, upstream)) {
            String protobuf = new String(HexFormat.of().parseHex("0a0708ac0212026e6f"), ISO_8859_1);
            upstream.script(Script.always(answer(200, "Content-Type: application/x-protobuf\r\n", protobuf)));
            assertEquals(200, site.status(Requests.post("/v1/metrics", "x")));
            site.awaitMetric("countersign_items_total{result=\"refused\",route=\"main\"}", 300);
            String json = "{\"partialSuccess\":{\"rejectedSpans\":\"5\"}}";
            upstream.script(Script.always(answer(200, "Content-Type: application/json\r\n", json)));
            assertEquals(200, site.status(Requests.post("/v1/traces", "x")));
            site.awaitMetric("countersign_items_total{result=\"refused\",route=\"main\"}", 305);
        }
    }

    @Test
    void whatRemoteWriteSaysItHasWrittenIsCountedAlsoWithAnError() {
        try (FakeUpstream upstream = FakeUpstream.http();
                Site site = Site.open(folder, upstream)) {
            String written = "X-Prometheus-Remote-Write-Samples-Written: 40\r\n"
                    + "X-Prometheus-Remote-Write-Histograms-Written: 2\r\n"
                    + "X-Prometheus-Remote-Write-Exemplars-Written: nonsense\r\n";
            upstream.script(Script.always("HTTP/1.1 204 No Content\r\n" + written + "\r\n"));
            assertEquals(204, site.status(Requests.post("/api/v1/write", "x")));
            site.awaitMetric("countersign_items_total{result=\"accepted\",route=\"main\"}", 42);
            upstream.script(Script.always(answer(400, written, "out of order")));
            assertEquals(400, site.status(Requests.post("/api/v1/write", "x")));
            site.awaitMetric("countersign_items_total{result=\"accepted\",route=\"main\"}", 84);
        }
    }

    private static String answer(int status, String fields, String body) {
        return "HTTP/1.1 " + status + " X\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** As Latin-1, in which the upstream of the tests writes. */
    private static String gzip(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(text.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(ISO_8859_1);
    }
}
