package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

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
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A refusal is of use only when it is read. An agent writes its whole body and reads then; closing with that body unread
 * would make its kernel throw the answer away (RFC 9112 section 9.6). So what still comes is drained, up to a bound; and a
 * proxy that shuts down lets go in order, too.
 */
@WireTest
class RefusalDrainTest {
    private static final String BODY = "x".repeat(5 * 1024 * 1024);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "413 | limits.body = 1 MiB",
                "403 | access.deny = [\"127.0.0.1\"]",
                "503 | routes.main.match.path-prefix = \"/elsewhere\"",
                "405 | routes.main.match.methods = [GET]",
                "503 | access.allowed-hosts = [other]"
            })
    void refusalIsReadByAClientThatWritesItsBodyFirst(int status, String setting) {
        try (FakeUpstream upstream = FakeUpstream.http();
                TestProxy proxy = TestProxy.start(upstream, "countersign." + setting)) {
            ProblemAssert.problem(status, proxy.exchange(Requests.post("/w", BODY)));
            assertEquals(0, upstream.connections().size());
        }
    }

    @Test
    void refusalOfAChunkedBodyIsReadByAClientThatWritesItFirst() {
        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        try (FakeUpstream upstream = FakeUpstream.http();
                TestProxy proxy = TestProxy.start(upstream)) {
            Response response = proxy.exchange(
                    Requests.head("POST /w HTTP/1.1", "Transfer-Encoding: chunked") + chunk.repeat(80) + "0\r\n\r\n");
            ProblemAssert.problem(413, response);
            assertEquals(0, upstream.connections().size());
        }
    }

    @Test
    void drainingIsBounded() {
        byte[] piece = new byte[64 * 1024];
        try (FakeUpstream upstream = FakeUpstream.http();
                TestProxy proxy = TestProxy.start(upstream);
                RawClient client = proxy.connect()) {
            client.send(Requests.head("POST /w HTTP/1.1", "Content-Length: " + (1L << 40)));
            long end = System.nanoTime() + Await.LIMIT.toNanos();
            while (client.trySend(piece)) {
                if (System.nanoTime() - end > 0) {
                    fail("the proxy still takes the body of a request that it refused");
                }
            }
        }
    }

    @Test
    void drainLetsRunningAndNewRequestsEnd() {
        Gate done = new Gate();
        CountDownLatch drained = new CountDownLatch(1);
        try (FakeUpstream upstream = FakeUpstream.http();
                TestProxy proxy = TestProxy.start(upstream, "countersign.drain { quiet = 2s, max = 14s }");
                RawClient running = proxy.connect()) {
            upstream.script((request, connection) -> {
                if (request.head().target().endsWith("/running")) {
                    done.pass();
                }
                connection.send(Script.ok("done"));
            });
            running.send(Requests.post("/running", "body"));
            upstream.awaitRequests(1);
            Thread drain = new Thread(
                    () -> {
                        proxy.drain();
                        drained.countDown();
                    },
                    "drain");
            drain.setDaemon(true);
            drain.start();
            assertEquals(200, proxy.exchange(Requests.post("/new", "body")).status());
            assertEquals(1, drained.getCount(), "drained while a request was running");
            done.open();
            assertEquals("done", running.read().body());
            Await.released("the drain ended", drained);
        }
    }
}
