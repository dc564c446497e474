package io.countersign.proxy.fuzz;

import io.countersign.proxy.testing.FileDescriptors;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the process holds while its proxy has nothing to do. */
record Resources(long sockets, int threads, long heap) {
    /** Much less than a byte for each request of a long run. */
    static final long HEAP_TOLERANCE = 4 << 20;

    private static final List<String> HELD = List.of(
            "countersign_buffered_bytes",
            "countersign_in_flight",
            "countersign_waiting",
            "countersign_client_connections",
            "countersign_upstream_connections{state=\"active\"}",
            "countersign_upstream_connections{state=\"idle\"}",
            "countersign_upstream_connections{state=\"connecting\"}");

    /** The heap after full collections: what waits for finalizers and cleaners goes with the second. */
    static Resources now() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return new Resources(
                FileDescriptors.sockets(), ManagementFactory.getThreadMXBean().getThreadCount(), heap);
    }

    boolean hasNoMoreThan(Resources before) {
        return sockets <= before.sockets && threads <= before.threads && heap <= before.heap + HEAP_TOLERANCE;
    }

    /**
     * By the proxy's own account: buffered bytes, places, waiting exchanges and connections of either side. Empty when it has
     * nothing to do.
     */
    static Map<String, Double> held(InetSocketAddress admin) {
        String page;
        try (RawClient client = RawClient.connect(admin)) {
            page = client.send(Requests.get("/metrics", "Connection: close"))
                    .read()
                    .body();
        }
        Map<String, Double> held = new TreeMap<>();
        for (String name : HELD) {
            double value = sample(page, name);
            if (value != 0) {
                held.put(name, value);
            }
        }
        return held;
    }

    private static double sample(String page, String name) {
        return page.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " among the metrics"));
    }

    /**
     * Buffers in use or in a thread's cache, of which none is left once the event loops have ended. Netty's pooled allocator,
     * which the program runs with, counts them; its default one does not, and then the leak detector must do.
     */
    static long buffers() {
        if (!(ByteBufAllocator.DEFAULT instanceof PooledByteBufAllocator pooled)) {
            return 0;
        }
        return Stream.concat(pooled.metric().directArenas().stream(), pooled.metric().heapArenas().stream())
                .mapToLong(PoolArenaMetric::numActiveAllocations)
                .sum();
    }
}
