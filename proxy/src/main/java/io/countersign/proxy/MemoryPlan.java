package io.countersign.proxy;

import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.LimitsConfig;
import io.netty.util.internal.PlatformDependent;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Whether the limits fit the memory that the process has: better to refuse at start, with the sum, than to be killed under
 * load.
 *
 * @param heap octets that request bodies and the live objects of a full house take
 * @param direct octets that socket buffers take
 */
record MemoryPlan(long heap, long direct) {
    /** What the program itself keeps alive, measured idle with some room. */
    private static final long PROGRAM = 24L << 20;

    /** Objects of one connection with its exchange, and its upstream connection with TLS state. */
    private static final long HEAP_EACH = 48L << 10;

    /** A read buffer at work; idle connections hold none. */
    private static final long DIRECT_EACH = 32L << 10;

    /** Classes, compiled code, thread stacks and the collector's own: an estimate, not a measurement. */
    private static final long OUTSIDE = 64L << 20;

    /**
     * What the process may take.
     *
     * @param heap the JVM's most, {@code -Xmx}
     * @param direct Netty's most, which follows {@code -XX:MaxDirectMemorySize}
     * @param limit the cgroup's, over all of the process
     */
    record Memory(long heap, long direct, OptionalLong limit) {
        static Memory ofProcess() {
            return new Memory(
                    Runtime.getRuntime().maxMemory(), PlatformDependent.maxDirectMemory(), MemoryLimit.ofProcess());
        }
    }

    static MemoryPlan of(LimitsConfig limits) {
        return new MemoryPlan(
                PROGRAM + limits.buffered() + limits.inFlight() * HEAP_EACH, limits.inFlight() * 2L * DIRECT_EACH);
    }

    void check(Memory memory) throws StartFailure {
        List<ConfigFault> faults = new ArrayList<>();
        if (heap > memory.heap()) {
            faults.add(new ConfigFault(
                    "limits",
                    "need " + mib(heap) + " MiB of heap (" + mib(PROGRAM)
                            + " for the program, limits.buffered, and 48 KiB for each of limits.in-flight), the JVM has "
                            + mib(memory.heap()) + ": lower limits.buffered or raise the memory limit"));
        }
        if (direct > memory.direct()) {
            faults.add(new ConfigFault(
                    "limits",
                    "need " + mib(direct) + " MiB of direct memory (64 KiB for each of limits.in-flight), the JVM has "
                            + mib(memory.direct()) + ": lower limits.in-flight or raise -XX:MaxDirectMemorySize"));
        }
        long sum = memory.heap() + memory.direct() + OUTSIDE;
        if (memory.limit().isPresent() && sum > memory.limit().getAsLong()) {
            faults.add(new ConfigFault(
                    "memory",
                    "the JVM may grow to " + mib(sum) + " MiB (" + mib(memory.heap()) + " of heap, "
                            + mib(memory.direct()) + " of direct memory, " + mib(OUTSIDE)
                            + " for code, classes and threads), the control group's limit is "
                            + mib(memory.limit().getAsLong())
                            + ": raise it, or lower -Xmx and -XX:MaxDirectMemorySize"));
        }
        if (!faults.isEmpty()) {
            throw new StartFailure(faults);
        }
    }

    private static long mib(long octets) {
        return (octets + (1 << 20) - 1) >> 20;
    }
}
