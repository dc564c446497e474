package io.countersign.proxy.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.countersign.proxy.testing.FakeUpstream;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.ReceivedRequest;
import io.countersign.proxy.testing.Requests;
import io.countersign.proxy.testing.Response;
import io.countersign.proxy.testing.Script;
import io.countersign.proxy.testing.Signatures;
import io.countersign.proxy.testing.TestProxy;
import io.countersign.proxy.testing.WireTest;
import io.countersign.testing.Await;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Budgets that several event loops take from and that are full all the time: each request reaches the upstream once and
 * whole, each response its own request, and everything is given back.
 */
@WireTest
class SaturationTest {
    private static final int CLIENTS = 4;
    private static final int REQUESTS = 1000;

    @ParameterizedTest
    @CsvSource({"2, PLACES", "4, PLACES", "2, BYTES", "4, BYTES", "2, BOTH", "4, BOTH"})
    void everyPostArrivesOnceAndIsAnsweredItsOwn(int loops, Full full) {
        long seed = System.nanoTime();
        System.out.println("SaturationTest: seed " + seed);
        ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
        try (FakeUpstream upstream = FakeUpstream.http();
                TestProxy proxy = TestProxy.start(
                        upstream,
                        "countersign.limits.event-loops = " + loops,
                        full.limits,
                        TestProxy.main("timeouts { request = 60s, connect = 10s }"),
                        full.wait)) {
            upstream.script((request, connection) ->
                    connection.send(Script.ok(request.head().target() + " " + Uploads.sha256(request.body()))));
            List<Thread> clients = new ArrayList<>();
            CountDownLatch start = new CountDownLatch(1);
            for (int client = 0; client < CLIENTS; client++) {
                int number = client;
                SplittableRandom random = new SplittableRandom(seed + client);
                Thread thread = new Thread(() -> {
                    Await.released("start", start);
                    try (RawClient connection = proxy.connect()) {
                        for (int i = 0; i < REQUESTS; i++) {
                            post("/" + number + "/" + i, body(random), random.nextBoolean(), connection, faults);
                        }
                    } catch (RuntimeException | AssertionError e) {
                        faults.add(number + ": " + e);
                    }
                });
                thread.setDaemon(true);
                thread.start();
                clients.add(thread);
            }
            start.countDown();
            clients.forEach(SaturationTest::join);
            assertEquals(List.of(), List.copyOf(faults));
            assertEachCameOnce(upstream.requests());
            Uploads.assertNothingIsHeld(proxy);
        }
    }

    /** Which of the budgets is short. */
    enum Full {
        PLACES("countersign.limits { in-flight = 3, connections = 200 }"),
        BYTES("countersign.limits { body = 16 KiB, buffered = 64 KiB }"),
        BOTH("countersign.limits { connections = 200, in-flight = 2, body = 16 KiB, buffered = 64 KiB }");

        private final String limits;
        private final String wait = "";

        Full(String limits) {
            this.limits = limits;
        }
    }

    private static String body(SplittableRandom random) {
        int length = random.nextInt(4) == 0 ? random.nextInt(16 * 1024) : random.nextInt(200);
        StringBuilder body = new StringBuilder(length);
        while (body.length() < length) {
            body.append((char) ('a' + random.nextInt(26)));
        }
        return body.toString();
    }

    private static void post(
            String target, String body, boolean chunked, RawClient client, ConcurrentLinkedQueue<String> faults) {
        String request = chunked
                ? Requests.head("POST " + target + " HTTP/1.1", "Transfer-Encoding: chunked")
                        + (body.isEmpty() ? "" : Integer.toHexString(body.length()) + "\r\n" + body + "\r\n")
                        + "0\r\n\r\n"
                : Requests.post(target, body);
        Response response = client.send(request).read();
        String expected = TestProxy.STAGE + target + " " + Uploads.sha256(body);
        if (response.status() != 200 || !response.body().equals(expected)) {
            faults.add("asked " + target + ", got " + response);
        }
    }

    private static void assertEachCameOnce(List<ReceivedRequest> requests) {
        Map<String, Integer> times = new HashMap<>();
        for (ReceivedRequest request : requests) {
            Signatures.verify(request);
            times.merge(request.head().target(), 1, Integer::sum);
        }
        assertEquals(CLIENTS * REQUESTS, times.size());
        assertTrue(times.values().stream().allMatch(n -> n == 1), () -> "came more than once: " + times);
    }

    private static void join(Thread thread) {
        Await.until(thread.getName() + " has ended", () -> !thread.isAlive());
    }
}
