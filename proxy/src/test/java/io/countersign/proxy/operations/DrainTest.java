package io.countersign.proxy.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.Await;
import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.WireTest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a proxy: agents that stop at the same moment still get rid of what they hold. */
@WireTest
class DrainTest {
    private static final String DRAINED = "drained: ";

    private FakeUpstream upstream;
    private Thread drain;

    @BeforeEach
    void start() {
        upstream = FakeUpstream.http();
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    private void drain(Site site) {
        drain = new Thread(site.server()::drain, "drain");
        drain.setDaemon(true);
        drain.start();
        site.log.await("draining: ");
    }

    private void awaitDrained() {
        Await.until("drained", () -> !drain.isAlive());
    }

    @Test
    void endsOnceItIsQuiet(@TempDir Path folder) {
        try (Site site = Site.open(folder, upstream)) {
            assertEquals(200, site.admin("/readyz").status());
            drain(site);
            awaitDrained();
            site.log.await(DRAINED + "0 exchanges");
        }
    }

    @Test
    void isNotReadyButTakesNewConnectionsWhileARequestRuns(@TempDir Path folder) {
        Gate answer = new Gate();
        upstream.script((request, connection) -> {
            if (request.head().target().endsWith("/slow")) {
                answer.pass();
            }
            connection.send(Script.ok("done"));
        });
        try (Site site = Site.open(folder, upstream, "countersign.drain { quiet = 100ms, max = 60s }");
                RawClient slow = site.connect()) {
            slow.send(Requests.get("/slow"));
            upstream.awaitRequests(1);
            drain(site);
            Response readiness = site.admin("/readyz");
            assertEquals("503 draining\n", readiness.status() + " " + readiness.body());
            assertEquals(200, site.admin("/livez").status());
            Response flushed = site.exchange(Requests.post("/flush", "samples"));
            assertEquals(200, flushed.status());
            assertTrue(flushed.head().lists("connection", "close"), flushed::toString);
            assertTrue(drain.isAlive(), "it waits for the request that runs");
            answer.open();
            assertEquals("done", slow.read().body());
            awaitDrained();
        }
    }

    /** As long as agents flush, they are heard; the quiet time begins anew with each request. */
    @Test
    void staysWhileRequestsCome(@TempDir Path folder) {
        try (Site site = Site.open(folder, upstream, "countersign.drain { quiet = 1s, max = 60s }")) {
            long began = System.nanoTime();
            drain(site);
            long lastAnswer = began;
            while (lastAnswer - began < 2_000_000_000L) {
                assertEquals(200, site.status(Requests.post("/flush", "samples")));
                lastAnswer = System.nanoTime();
            }
            assertEquals(0, site.log.count(DRAINED));
            awaitDrained();
        }
    }

    /** The response streams on while the drain waits, and comes whole. */
    @Test
    void letsAStreamFinish(@TempDir Path folder) {
        Gate rest = new Gate();
        upstream.script((request, connection) -> {
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
            rest.pass();
            connection.send("4\r\nlast\r\n0\r\n\r\n");
        });
        try (Site site = Site.open(folder, upstream, "countersign.drain { quiet = 10ms, max = 60s }");
                RawClient client = site.connect()) {
            assertEquals(200, client.send(Requests.get("/stream")).readHead().status());
            assertEquals("5\r\nfirst\r\n", client.readExactly(10));
            drain(site);
            // Far longer than the quiet time: a whole other exchange has come and gone.
            assertEquals(200, site.admin("/livez").status());
            assertTrue(drain.isAlive());
            rest.open();
            assertEquals("4\r\nlast\r\n0\r\n\r\n", client.readExactly(14));
            awaitDrained();
            site.log.await(DRAINED + "0 exchanges");
        }
    }

    @Test
    void waitsForAStuckRequestNoLongerThanItsMost(@TempDir Path folder) {
        upstream.script((request, connection) -> connection.awaitEnd());
        try (Site site = Site.open(folder, upstream, "countersign.drain { quiet = 10ms, max = 500ms }");
                RawClient client = site.connect()) {
            client.send(Requests.get("/stuck"));
            upstream.awaitRequests(1);
            drain(site);
            awaitDrained();
            site.log.await(DRAINED + "1 exchanges still running");
            assertFalse(upstream.requests().isEmpty());
        }
    }
}
