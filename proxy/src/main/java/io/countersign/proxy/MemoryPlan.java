package io.countersign.proxy;

import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.config.LimitsConfig;
import java.util.List;

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

    static MemoryPlan of(LimitsConfig limits) {
        return new MemoryPlan(
                PROGRAM + limits.buffered() + limits.inFlight() * HEAP_EACH,
                limits.inFlight() * 2L * DIRECT_EACH);
    }

    void check() throws StartFailure {
        check(Runtime.getRuntime().maxMemory());
    }

    void check(long maxHeap) throws StartFailure {
        if (heap > maxHeap) {
            throw new StartFailure(List.of(new ConfigFault(
                    "limits",
                    "need " + mib(heap) + " MiB of heap (" + mib(PROGRAM)
                            + " for the program, limits.buffered, and 48 KiB for each of limits.in-flight), the JVM has "
                            + mib(maxHeap) + ": lower limits.buffered or raise the memory limit")));
        }
    }

    private static long mib(long octets) {
        return (octets + (1 << 20) - 1) >> 20;
    }
}
