package io.countersign.proxy.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.Gate;
import io.countersign.proxy.testing.ProblemAssert;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a proxy: agents that stop at the same moment still get rid of what they hold. */
@WireTest
class DrainTest {
    private static final String DRAINED = "drained: ";
    private static final String CUT = "\"detail\":\"cut: the proxy was stopping\"";
    private static final String LOOPS = "countersign.limits.event-loops = 4";

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

    /** It is told so, since nothing of a response has been sent; the log says that we cut it, not that the client went away. */
    @Test
    void waitsForAStuckRequestNoLongerThanItsMost(@TempDir Path folder) {
        upstream.script((request, connection) -> connection.awaitEnd());
        try (Site site = Site.open(folder, upstream, LOOPS, "countersign.drain { quiet = 10ms, max = 500ms }");
                RawClient client = site.connect()) {
            client.send(Requests.post("/stuck", "samples"));
            upstream.awaitRequests(1);
            drain(site);
            awaitDrained();
            site.log.await(DRAINED + "1 exchanges still running, which are cut now");
            site.server().close();
            ProblemAssert.problem(503, client.read()).retryAfter().closes();
            String line = site.log.await("/stuck", "\"status\":503", CUT, "\"own\":true");
            assertFalse(line.contains("the client closed"), line);
            assertFalse(upstream.requests().isEmpty());
        }
    }

    @Test
    void cutsAStreamThatDoesNotEndSoThatItIsNotTakenForWhole(@TempDir Path folder) {
        upstream.script((request, connection) -> {
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
            connection.awaitEnd();
        });
        try (Site site = Site.open(folder, upstream, LOOPS, "countersign.drain { quiet = 10ms, max = 500ms }");
                RawClient client = site.connect()) {
            assertEquals(200, client.send(Requests.get("/stream")).readHead().status());
            assertEquals("5\r\nfirst\r\n", client.readExactly(10));
            drain(site);
            awaitDrained();
            site.server().close();
            assertEquals("", client.readToEnd().rest());
            String line = site.log.await("/stream", CUT, "\"own\":true", "\"complete\":false");
            assertFalse(line.contains("the client closed"), line);
        }
    }

    /** Without a drain likewise: whoever closes the proxy while a request runs, it was not the client. */
    @Test
    void saysOfEveryRequestThatItsEndCutThatItWasCut(@TempDir Path folder) {
        upstream.script((request, connection) -> connection.awaitEnd());
        try (Site site = Site.open(folder, upstream, LOOPS)) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(site.connect());
                clients.get(i).send(Requests.get("/stuck"));
            }
            upstream.awaitRequests(8);
            site.server().close();
            clients.forEach(RawClient::close);
            Await.until("eight lines", () -> site.log.count("\"detail\":\"cut: the proxy was stopping\"") == 8);
            assertEquals(0, site.log.count("the client closed"));
        }
    }

    @Test
    void refusesInItsLastPartWhileWhatRunsGoesOn(@TempDir Path folder) {
        Gate answer = new Gate();
        upstream.script((request, connection) -> {
            if (request.head().target().endsWith("/slow")) {
                answer.pass();
            }
            connection.send(Script.ok("done"));
        });
        try (Site site = Site.open(
                        folder, upstream, LOOPS, "countersign.drain { quiet = 1ms, max = 60s, refuse = 59s }");
                RawClient slow = site.connect();
                RawClient kept = site.connect()) {
            assertEquals(200, kept.send(Requests.get("/before")).read().status());
            slow.send(Requests.get("/slow"));
            upstream.awaitRequests(2);
            drain(site);
            site.log.await("further ones are answered 503; 1 are running");
            ProblemAssert.problem(
                            503, kept.send(Requests.post("/late", "samples")).read())
                    .error("connection_limit_reached")
                    .retryAfter()
                    .closes();
            ProblemAssert.problem(503, site.exchange(Requests.post("/late", "samples")))
                    .retryAfter()
                    .closes();
            assertTrue(drain.isAlive());
            assertEquals(2, upstream.requests().size());
            answer.open();
            assertEquals("done", slow.read().body());
            awaitDrained();
            site.log.await(DRAINED + "0 exchanges");
        }
    }

    /** Eight agents that never stop, and an upstream that takes its time: each request that it has seen is answered. */
    @Test
    void cutsNobodyUnderSteadyTraffic(@TempDir Path folder) throws Exception {
        upstream.script((request, connection) -> {
            Await.pace(Duration.ofMillis(300)); // what the upstream takes
            connection.send(Script.ok("done"));
        });
        try (Site site =
                Site.open(folder, upstream, LOOPS, "countersign.drain { quiet = 2s, max = 20s, refuse = 18s }")) {
            List<Flusher> flushers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                flushers.add(new Flusher("flusher" + i, site.address()));
            }
            upstream.awaitRequests(16);
            drain(site);
            awaitDrained();
            site.server().close();
            for (Flusher flusher : flushers) {
                flusher.awaitEnd();
            }
            site.log.await(DRAINED + "0 exchanges");
            assertEquals(0, site.log.count(CUT));
            Set<String> seen = upstream.requests().stream()
                    .map(request -> request.head().target())
                    .collect(Collectors.toSet());
            Set<String> answered = flushers.stream()
                    .flatMap(flusher -> flusher.done().stream())
                    .map(target -> TestProxy.STAGE + target)
                    .collect(Collectors.toSet());
            assertEquals(seen, answered);
            assertTrue(flushers.stream().anyMatch(flusher -> flusher.refused() > 0), "nobody was refused");
        }
    }

    /** Sends one request after the other, on a new connection when it must, until the proxy is gone. */
    private static final class Flusher {
        private final Set<String> done = ConcurrentHashMap.newKeySet();
        private final AtomicInteger refused = new AtomicInteger();
        private final Thread thread;

        Flusher(String name, InetSocketAddress proxy) {
            thread = new Thread(() -> run(name, proxy), name);
            thread.setDaemon(true);
            thread.start();
        }

        private void run(String name, InetSocketAddress proxy) {
            int number = 0;
            while (true) {
                try (RawClient client = RawClient.connect(proxy)) {
                    boolean open = true;
                    while (open) {
                        String target = "/" + name + "/" + ++number;
                        Optional<Response> response =
                                client.send(Requests.post(target, "samples")).tryRead();
                        if (response.isPresent() && response.get().status() == 200) {
                            done.add(target);
                        } else if (response.isPresent()) {
                            refused.incrementAndGet();
                            Await.pace(Duration.ofMillis(20)); // an agent's pace
                        }
                        open = response.isPresent() && !response.get().head().lists("connection", "close");
                    }
                } catch (UncheckedIOException gone) {
                    return;
                }
            }
        }

        void awaitEnd() {
            Await.until(thread.getName() + " has ended", () -> !thread.isAlive());
        }

        Set<String> done() {
            return done;
        }

        int refused() {
            return refused.get();
        }
    }
}
