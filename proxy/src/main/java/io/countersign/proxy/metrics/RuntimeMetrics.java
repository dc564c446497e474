package io.countersign.proxy.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.SummaryWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Quantiles;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * The JVM and the process, under the names that dashboards know. Nothing is touched before the first scrape: the
 * client's own JVM module, which does the same and more, was measured at up to half a second of start-up and 20 MB of
 * resident memory; this takes 5 MB.
 */
final class RuntimeMetrics {
    private static final Path STATUS = Path.of("/proc/self/status");

    private final PrometheusRegistry registry;

    RuntimeMetrics(PrometheusRegistry registry) {
        this.registry = registry;
    }

    void register() {
        memory("jvm_memory_used_bytes", "Memory in use.", MemoryUsage::getUsed);
        memory("jvm_memory_committed_bytes", "Memory committed by the system.", MemoryUsage::getCommitted);
        memory("jvm_memory_max_bytes", "Maximum memory; -1 without a limit.", MemoryUsage::getMax);
        gauge("jvm_buffer_pool_used_bytes", "Memory outside the heap used by the JDK's buffers.", "pool", out -> {
            for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
                out.call((double) pool.getMemoryUsed(), pool.getName());
            }
        });
        gauge(
                "countersign_allocator_bytes",
                "Memory held by Netty's allocator, in use or kept for reuse.",
                "area",
                out -> {
                    if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider provider) {
                        ByteBufAllocatorMetric metric = provider.metric();
                        out.call((double) metric.usedDirectMemory(), "direct");
                        out.call((double) metric.usedHeapMemory(), "heap");
                    }
                });
        SummaryWithCallback.builder()
                .name("jvm_gc_collection_seconds")
                .help("Garbage collections and the time they took.")
                .labelNames("gc")
                .callback(out -> {
                    for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
                        double seconds = gc.getCollectionTime() / 1e3;
                        out.call(gc.getCollectionCount(), seconds, Quantiles.EMPTY, gc.getName());
                    }
                })
                .register(registry);
        gauge(
                "jvm_threads_current",
                "Live threads.",
                out -> out.call(ManagementFactory.getThreadMXBean().getThreadCount()));
        CounterWithCallback.builder()
                .name("process_cpu_seconds_total")
                .help("CPU time, user and system.")
                .callback(out -> withSystem(system -> out.call(system.getProcessCpuTime() / 1e9)))
                .register(registry);
        gauge(
                "process_open_fds",
                "Open file descriptors.",
                out -> withSystem(system -> out.call((double) system.getOpenFileDescriptorCount())));
        gauge(
                "process_max_fds",
                "Maximum number of open file descriptors.",
                out -> withSystem(system -> out.call((double) system.getMaxFileDescriptorCount())));
        gauge(
                "process_start_time_seconds",
                "When the process started, in seconds since the epoch.",
                out -> out.call(ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3));
        gauge("process_resident_memory_bytes", "Resident memory.", RuntimeMetrics::resident);
    }

    private void memory(String name, String help, ToDoubleFunction<MemoryUsage> value) {
        gauge(name, help, "area", out -> {
            out.call(value.applyAsDouble(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage()), "heap");
            out.call(value.applyAsDouble(ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage()), "nonheap");
        });
    }

    private void gauge(String name, String help, Consumer<GaugeWithCallback.Callback> read) {
        GaugeWithCallback.builder().name(name).help(help).callback(read).register(registry);
    }

    private void gauge(String name, String help, String label, Consumer<GaugeWithCallback.Callback> read) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .callback(read)
                .register(registry);
    }

    /** Left out where the system is not a Unix. */
    private static void withSystem(Consumer<UnixOperatingSystemMXBean> read) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            read.accept(system);
        }
    }

    /** From proc(5); left out where there is none. */
    private static void resident(GaugeWithCallback.Callback out) {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("VmRSS:")) {
                    String kibibytes = line.substring("VmRSS:".length(), line.indexOf("kB"));
                    out.call(Long.parseLong(kibibytes.strip()) * 1024.0);
                }
            }
        } catch (IOException e) {
            // No proc file system here.
        }
    }
}
