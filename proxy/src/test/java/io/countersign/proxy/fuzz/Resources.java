package io.countersign.proxy.fuzz;

import io.countersign.proxy.testing.FileDescriptors;
import io.countersign.proxy.testing.RawClient;
import io.countersign.proxy.testing.Requests;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a proxy holds while it has nothing to do.
 *
 * @param held by the proxy's own account: buffered bytes, places, waiting exchanges, connections of either side
 */
record Resources(long sockets, int threads, double held, long heap) {
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

    /** The heap after full collections, which find what the first one only makes unreachable. */
    static Resources now(InetSocketAddress admin) {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        return new Resources(FileDescriptors.sockets(), threads, held(admin), heap);
    }

    /** Zero when the proxy has nothing to do. */
    static double held(InetSocketAddress admin) {
        String page;
        try (RawClient client = RawClient.connect(admin)) {
            page = client.send(Requests.get("/metrics", "Connection: close")).read().body();
        }
        return HELD.stream().mapToDouble(name -> sample(page, name)).sum();
    }

    private static double sample(String page, String name) {
        return page.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " among the metrics"));
    }

    /** Bytes of buffers in use; where the allocator cannot tell, of what it holds for use. */
    static long buffers() {
        if (ByteBufAllocator.DEFAULT instanceof PooledByteBufAllocator pooled) {
            return Stream.concat(pooled.metric().directArenas().stream(), pooled.metric().heapArenas().stream())
                    .mapToLong(PoolArenaMetric::numActiveBytes)
                    .sum();
        }
        var metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
        return metric.usedDirectMemory() + metric.usedHeapMemory();
    }
}
