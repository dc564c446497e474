package io.countersign.proxy.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code access.reload-guard}: lists that would shut out who has called lately; by callers on several event loops. */
@WireTest
class ReloadGuardTest {
    private static final String SUCCESSFUL = "countersign_config_last_reload_successful";
    private static final String LOOPS = "countersign.limits.event-loops = 4";
    private static final String REFUSE = "countersign.access.reload-guard = refuse";

    private FakeUpstream upstream;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.http();
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    private static int call(Site site, String from) {
        try (RawClient client = site.connectFrom(from)) {
            return client.send(Requests.get("/a", "Connection: close")).read().status();
        }
    }

    /** More callers than loops, so that several loops have seen some. */
    private static void eightCall(Site site) {
        for (int i = 1; i <= 8; i++) {
            assertEquals(200, call(site, "127.0.0." + i));
        }
        // Then the last of them is over, too.
        site.awaitMetric("countersign_requests_total{code=\"200\",route=\"main\"}", 8);
    }

    @Test
    void refusesAListThatWouldShutOutWhoHasJustCalled(@TempDir Path folder) {
        try (Site site = Site.open(folder, upstream, LOOPS, REFUSE)) {
            eightCall(site);
            site.write("allow.list", "127.0.0.1\n127.0.0.2\n");
            String line = site.log.await("configuration not taken", "would be shut out");
            assertTrue(
                    line.contains("allow.list:1 (127.0.0.0/8): lets in 127.0.0.3, 127.0.0.4, 127.0.0.5, 127.0.0.6,"
                            + " 127.0.0.7 and 1 more callers until now"),
                    line);
            site.awaitMetric(SUCCESSFUL, 0);
            assertEquals(200, call(site, "127.0.0.7"));

            site.write("allow.list", "127.0.0.0/8\n# put back\n");
            site.awaitMetric(SUCCESSFUL, 1);
        }
    }

    @Test
    void neverHoldsBackADenyEntry(@TempDir Path folder) {
        try (Site site = Site.open(folder, upstream, LOOPS, REFUSE)) {
            eightCall(site);
            site.write("deny.list", "127.0.0.8 # meant\n");
            site.log.await("configuration taken", "deny.list +1 -0");
            assertEquals(403, call(site, "127.0.0.8"));

            site.write("allow.list", "127.0.0.1\n");
            site.log.await("configuration not taken", "would be shut out");
            site.write("deny.list", "127.0.0.8\n127.0.0.7\n");
            site.log.await("deny entries taken: deny.list +1 -0");
            Await.until("denied at once", () -> call(site, "127.0.0.7") == 403);
            assertEquals(200, call(site, "127.0.0.6"));
            assertEquals(0, site.metric(SUCCESSFUL));
        }
    }

    @Test
    void takesTheListWithAWarningWhereThatIsWanted(@TempDir Path folder) {
        try (Site site = Site.open(folder, upstream, LOOPS, "countersign.access.reload-guard = warn")) {
            eightCall(site);
            site.write("allow.list", "127.0.0.1\n");
            site.log.await("WARN", "lets in 127.0.0.2, 127.0.0.3", "would be shut out");
            site.log.await("configuration taken", "allow.list +1 -1");
            assertEquals(403, call(site, "127.0.0.7"));
        }
    }

    /** The setting that counts is the new one, so that who means it can say so in the same edit. */
    @Test
    void isTurnedOffByTheEditThatMeansIt(@TempDir Path folder) {
        try (Site site = Site.open(folder, upstream, LOOPS, REFUSE)) {
            eightCall(site);
            site.write(Site.CONF, Site.conf(upstream.url(), LOOPS).replace("\"allow.list\"", "\"few.list\""));
            site.write("few.list", "127.0.0.1\n");
            site.log.await("configuration taken");
            assertEquals(403, call(site, "127.0.0.7"));
        }
    }

    @Test
    void isOffByDefault(@TempDir Path folder) {
        try (Site site = Site.open(folder, upstream, LOOPS)) {
            eightCall(site);
            site.write("allow.list", "127.0.0.1\n");
            String line = site.log.await("configuration taken", "allow.list +1 -1");
            assertFalse(line.contains("shut out"), line);
        }
    }

    /** Half a file has lost deny entries, too: those of the lists that stay in force stay with them. */
    @Test
    void aRefusedListThatHasLostDenyEntriesLetsNobodyIn(@TempDir Path folder) {
        try (Site site = Site.open(folder, upstream, LOOPS, REFUSE)) {
            site.write("deny.list", "127.0.0.9\n127.0.0.10\n");
            site.log.await("configuration taken", "deny.list +2 -0");
            eightCall(site);
            site.write("allow.list", "127.0.0.1\n");
            site.log.await("configuration not taken", "would be shut out");

            site.write("deny.list", "127.0.0.7\n");
            site.log.await("deny entries taken");
            Await.until("denied at once", () -> call(site, "127.0.0.7") == 403);
            assertEquals(403, call(site, "127.0.0.9"));
            assertEquals(200, call(site, "127.0.0.6"));

            site.write("deny.list", "127.0.0.10\n");
            Await.until("no longer denied by mistake", () -> call(site, "127.0.0.7") == 200);
            assertEquals(403, call(site, "127.0.0.9"));

            site.write("allow.list", "127.0.0.0/8\n# put back\n");
            site.awaitMetric(SUCCESSFUL, 1);
            assertEquals(200, call(site, "127.0.0.9"));
        }
    }
}
