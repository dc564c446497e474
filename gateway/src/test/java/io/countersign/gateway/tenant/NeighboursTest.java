package io.countersign.gateway.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One tenant far over all of its limits, and its neighbour. With {@code -Dtenants.requests=N} it prints a figure over more requests, as
 * scripts/verify has it.
 */
class NeighboursTest {
    private static final int REQUESTS = Integer.getInteger("tenants.requests", 300);
    private static final int CLIENTS = 8;

    /** Of a loaded machine, whose clients and upstream share its processors: only what is another order of magnitude is a fault. */
    private static final double MAX_RATIO = 50;

    private static final String TENANTS = """
            access.allow = ["127.0.0.0/8"]
            routes.metrics.limits.body = 1 MiB
            tenants {
              loud { match.addresses = ["127.0.1.0/24"], routes = [metrics], rate = 10/s, burst = 10, in-flight = 4
                     buffered = 1 MiB, bytes-per-day = 1 GiB }
              quiet { match.addresses = ["127.0.2.0/24"], routes = [metrics] }
            }
            """;

    @Test
    void oneTenantPastItsLimitsSlowsNoOther(@TempDir Path folder) throws Exception {
        try (Site site = new Site(folder, TENANTS)) {
            try (Client warm = site.connect("127.0.2.1")) {
                median(warm, REQUESTS);
                double alone = median(warm, REQUESTS);
                AtomicBoolean ended = new AtomicBoolean();
                AtomicInteger refused = new AtomicInteger();
                ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
                List<Future<?>> floods = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    floods.add(threads.submit(() -> flood(site, ended, refused)));
                }
                double beside = median(warm, REQUESTS);
                ended.set(true);
                for (Future<?> flood : floods) {
                    flood.get();
                }
                threads.shutdown();
                assertTrue(refused.get() > 0, "the loud tenant was never past its limits");
                System.out.printf(
                        Locale.ROOT,
                        "tenants: median %.3f ms alone, %.3f ms beside a tenant with %d requests refused: %.1f times%n",
                        alone / 1e6,
                        beside / 1e6,
                        refused.get(),
                        beside / alone);
                assertTrue(beside < alone * MAX_RATIO, () -> alone + " ns alone, " + beside + " ns beside it");
            }
        }
    }

    /** All of these must succeed. */
    private static double median(Client client, int requests) {
        long[] took = new long[requests];
        for (int i = 0; i < requests; i++) {
            long began = System.nanoTime();
            assertEquals(200, client.send("POST", "/metrics/x", "quiet").status());
            took[i] = System.nanoTime() - began;
        }
        Arrays.sort(took);
        return took[requests / 2];
    }

    private static void flood(Site site, AtomicBoolean ended, AtomicInteger refused) {
        while (!ended.get()) {
            try (Client client = site.connect("127.0.1.1")) {
                boolean open = true;
                while (open && !ended.get()) {
                    Answer answer = client.send("POST", "/metrics/x", "x".repeat(2000));
                    if (answer.status() == 503) {
                        refused.incrementAndGet();
                    } else {
                        assertEquals(200, answer.status());
                    }
                    open = !answer.field("connection").equals("close");
                }
            }
        }
    }
}
