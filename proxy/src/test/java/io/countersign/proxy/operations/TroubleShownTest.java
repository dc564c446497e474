package io.countersign.proxy.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator gets to see when AWS refuses, throttles or is not there, and when that is over. */
@WireTest
class TroubleShownTest {
    private static final String NOT_ALLOWED = rejection("AccessDeniedException", "not authorized to perform: x");

    @TempDir
    Path folder;

    @Test
    void aStormOfRejectionsIsOneLineACountAndAnEnd() {
        try (FakeUpstream upstream = FakeUpstream.http();
                LogLines log = new LogLines()) {
            try (TestProxy proxy = TestProxy.start(upstream)) {
                upstream.script(Script.always(NOT_ALLOWED));
                for (int i = 0; i < 200; i++) {
                    assertEquals(503, proxy.exchange(Requests.post("/w", "x")).status());
                }
                String line = log.await("rejected by AWS: permission");
                assertTrue(line.contains("not authorized to perform: x"), line);
                assertTrue(line.contains("(credentials default, access key id " + TestProxy.ACCESS_KEY + ")"), line);
            }
            // The last count is said at the end, whatever the timer has said before.
            log.await("permission on route main: ", " more in the last 10 s");
            assertEquals(1, log.count("rejected by AWS: permission"));
            assertEquals(199, counted(log, "permission on route main: "));
        }
    }

    private static long counted(LogLines log, String start) {
        return log.all()
                .lines()
                .filter(line -> line.contains(start))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*: (\\d+) more in the last 10 s", "$1")))
                .sum();
    }

    @Test
    void theFirstSuccessIsSaidToHaveHealedTheRoute() {
        try (FakeUpstream upstream = FakeUpstream.http();
                Site site = Site.open(folder, upstream)) {
            upstream.script(Script.always(NOT_ALLOWED));
            for (int i = 0; i < 3; i++) {
                assertEquals(503, site.status(Requests.post("/w", "x")));
            }
            assertEquals(
                    "route main: AWS has refused the last 3 requests: permission\n",
                    site.admin("/readyz?signing").body());
            assertEquals(503, site.admin("/readyz?signing").status());
            String page = site.admin("/rejections").body();
            assertTrue(
                    page.matches("(?s)route main: permission, 3 refused, first \\S+Z, last \\S+Z, not healed; no 2xx"
                            + " since start; permission at \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ \\(request [0-9a-f]{16},"
                            + " credentials default, access key id AKIDEXAMPLE\\): .*not authorized to perform: x\n"),
                    page);
            assertTrue(site.metric(
                            "countersign_route_holding_since_timestamp_seconds{cause=\"permission\",route=\"main\"}")
                    > 1e9);

            upstream.script(Script.always(Script.ok("taken")));
            assertEquals(200, site.status(Requests.post("/w", "x")));
            site.log.await("route main: accepted again after ", ", 3 refused");
            assertEquals("ok\n", site.admin("/readyz?signing").body());
            page = site.admin("/rejections").body();
            assertTrue(page.matches("(?s).*, healed \\S+Z; last 2xx \\S+Z; permission at .*"), page);
            String metrics = site.admin("/metrics").body();
            assertFalse(metrics.contains("\ncountersign_route_holding_since_timestamp_seconds{"), metrics);
            assertTrue(
                    metrics.contains("\ncountersign_route_last_success_timestamp_seconds{route=\"main\"} "), metrics);
        }
    }

    @Test
    void whatIsKeptForAnotherCauseIsSaidTheSameWay() {
        try (FakeUpstream upstream = FakeUpstream.http();
                Site site = Site.open(folder, upstream)) {
            upstream.script(Script.always("HTTP/1.1 429 Slow\r\nContent-Length: 13\r\n\r\nRate exceeded"));
            for (int i = 0; i < 5; i++) {
                assertEquals(503, site.status(Requests.post("/w", "x")));
            }
            String line = site.log.await("answered 503, so that its sender keeps the data: throttled");
            assertTrue(line.contains("the upstream throttles (429)"), line);
            assertEquals(1, site.log.count("throttled: "));
            assertTrue(
                    site.metric("countersign_route_holding_since_timestamp_seconds{cause=\"throttled\",route=\"main\"}")
                            > 1e9);
            assertEquals("ok\n", site.admin("/readyz?signing").body(), "signing is not what fails");
            upstream.script(Script.always(Script.ok("taken")));
            assertEquals(200, site.status(Requests.post("/w", "x")));
            site.log.await("route main: accepted again after ", ", 5 refused");
        }
    }

    @Test
    void anUpstreamThatIsNotThereIsSaidOnce() {
        String gone;
        try (FakeUpstream upstream = FakeUpstream.http()) {
            gone = upstream.url();
        }
        try (TestProxy proxy = TestProxy.startTo(gone, TestProxy.main("on-failure = keep-data"));
                LogLines log = new LogLines()) {
            for (int i = 0; i < 3; i++) {
                assertEquals(503, proxy.exchange(Requests.post("/w", "x")).status());
            }
            log.await("route main: request ", "keeps the data: connection_refused: ");
            assertEquals(1, log.count("keeps the data: connection_refused"));
        }
    }

    @Test
    void theAccessLogSaysWhatWasFoundAndWhoseSignatureItWas() {
        try (FakeUpstream upstream = FakeUpstream.http();
                Site site = Site.open(folder, upstream)) {
            upstream.script(Script.always(
                    rejection("InvalidSignatureException", "Credential should be scoped to correct service: 'aps'.")));
            for (int i = 0; i < 2; i++) {
                assertEquals(503, site.status(Requests.post("/w" + i, "x")));
                String line = site.log.await("\"path\":\"/w" + i + "\"");
                assertTrue(line.contains("scope says execute-api, AWS expects aps"), line);
                assertTrue(line.contains("\"rejection\":\"wrong_scope\""), line);
                assertTrue(line.contains("\"credentials\":\"default\",\"access_key_id\":\"AKIDEXAMPLE\""), line);
            }
        }
    }

    @Test
    void aRequestThatPassedAtTheSecondTryIsNotShownAsRejected() {
        DateTimeFormatter date = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);
        try (FakeUpstream upstream = FakeUpstream.http();
                Site site = Site.open(folder, upstream)) {
            String skewed = "HTTP/1.1 403 No\r\nx-amzn-ErrorType: InvalidSignatureException\r\nDate: "
                    + date.format(Instant.now().plusSeconds(900))
                    + "\r\nContent-Length: 31\r\n\r\n{\"message\":\"Signature expired\"}";
            upstream.script((request, connection) ->
                    connection.send(upstream.requests().size() == 1 ? skewed : Script.ok("taken")));
            assertEquals(200, site.status(Requests.put("/w", "x")));
            String line = site.log.await("\"path\":\"/w\"");
            assertTrue(line.contains("\"attempts\":2"), line);
            assertFalse(line.contains("rejection"), line);
            assertFalse(line.contains("detail"), line);
            assertFalse(site.admin("/metrics").body().contains("\ncountersign_rejections_total{"));
        }
    }

    private static String rejection(String type, String message) {
        String body = "{\"message\":\"" + message + "\"}";
        return "HTTP/1.1 403 No\r\nx-amzn-ErrorType: " + type + "\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
    }
}
