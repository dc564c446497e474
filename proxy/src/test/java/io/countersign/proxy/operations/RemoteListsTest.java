package io.countersign.proxy.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists that come from elsewhere, and change while agents call. */
@WireTest
class RemoteListsTest {
    private FakeUpstream upstream;
    private FakeUpstream source;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.http();
        source = FakeUpstream.https();
    }

    @AfterEach
    void stop() {
        upstream.close();
        source.close();
    }

    private String access(String settings) {
        return "countersign.access { poll = 1s, lists-ca = \""
                + source.authority().orElseThrow() + "\"\n" + settings + "\n}";
    }

    private String deny() {
        return "deny-files = [\"" + source.url() + "/deny.list?token=QUERYSECRET\"]";
    }

    @Test
    void aDenialInAPolledListActsOnOpenConnections(@TempDir Path folder) {
        source.script(Script.always(Script.ok("10.0.0.1 # somebody else\n10.0.0.2\n")));
        try (Site site = Site.open(folder, upstream, access(deny()));
                RawClient open = site.connectFrom("127.0.0.2");
                RawClient other = site.connectFrom("127.0.0.3")) {
            assertEquals(200, open.send(Requests.get("/a")).read().status());
            source.script(Script.always(Script.ok("10.0.0.1\n127.0.0.2 # INC-9\n")));
            String shown = source.url() + "/deny.list?...";
            site.log.await("configuration taken", shown + " +1 -1");
            Response denied = open.send(Requests.get("/b")).read();
            assertEquals(403, denied.status());
            assertTrue(denied.body().contains(shown + ":2"), denied.body());
            assertFalse(denied.body().contains("INC-9"), denied.body());
            String line = site.log.await("\"status\":403");
            assertTrue(line.contains("\"rule\":\"" + shown + ":2\",\"rule_text\":\"127.0.0.2\""), line);
            assertTrue(line.contains("\"rule_comment\":\"INC-9\""), line);
            assertEquals(200, other.send(Requests.get("/c")).read().status());

            source.script(Script.always("HTTP/1.1 500 Away\r\nContent-Length: 0\r\n\r\n"));
            site.log.await("list " + shown + " not taken: the server answered 500; the one in force stays");
            try (RawClient again = site.connectFrom("127.0.0.2")) {
                assertEquals(403, again.send(Requests.get("/d")).read().status());
            }
            String failures = "countersign_list_failures_total{list=\"" + shown + "\"}";
            Await.until("a failure is counted", () -> site.metric(failures) >= 1);
            assertTrue(site.metric("countersign_list_last_success_timestamp_seconds{list=\"" + shown + "\"}") > 1e9);
            source.script(Script.always(Script.ok("10.0.0.1\n10.0.0.2\n")));
            site.log.await("list " + shown + ": fetched again");
            Await.until("the denial is gone", () -> {
                try (RawClient again = site.connectFrom("127.0.0.2")) {
                    return again.send(Requests.get("/e")).read().status() == 200;
                }
            });
            assertFalse(site.log.all().contains("QUERYSECRET"), site.log.all());
            assertFalse(site.admin("/metrics").body().contains("QUERYSECRET"));
        }
    }

    /** A list that a reload brings in is fetched before the new configuration is taken, or nothing is. */
    @Test
    void aReloadThatNamesAListWaitsForIt(@TempDir Path folder) {
        source.script(Script.always("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
        try (Site site = Site.open(folder, upstream)) {
            site.write(Site.CONF, Site.conf(upstream.url(), access(deny())));
            site.log.await("configuration not taken", "was never fetched", "the server answered 404");
            try (RawClient client = site.connectFrom("127.0.0.2")) {
                assertEquals(200, client.send(Requests.get("/a")).read().status());
            }
            source.script(Script.always(Script.ok("127.0.0.2\n")));
            site.log.await("configuration taken", "/deny.list?... +1 -0");
            try (RawClient client = site.connectFrom("127.0.0.2")) {
                assertEquals(403, client.send(Requests.get("/b")).read().status());
            }
        }
    }

    @Test
    void startsAgainFromItsCopyWhileTheSourceIsAway(@TempDir Path folder) {
        String state = "\ncountersign.state.dir = \"kept\"";
        source.script(Script.always(Script.ok("127.0.0.2\n")));
        try (Site site = Site.open(folder, upstream, access(deny()) + state)) {
            assertEquals(200, site.status(Requests.get("/a")));
        }
        source.script(Script.always("HTTP/1.1 500 Away\r\nContent-Length: 0\r\n\r\n"));
        try (Site site = Site.open(folder, upstream, access(deny()) + state);
                RawClient denied = site.connectFrom("127.0.0.2")) {
            assertEquals(403, denied.send(Requests.get("/a")).read().status());
        }
    }
}
