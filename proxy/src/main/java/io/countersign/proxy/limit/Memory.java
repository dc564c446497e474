package io.countersign.proxy.limit;

import io.netty.util.internal.PlatformDependent;
import java.util.OptionalLong;

/**
 * The memory that a process may take, in bytes.
 *
 * @param heap the JVM's maximum, {@code -Xmx} less what only copying collections use
 * @param direct Netty's maximum, which follows {@code -XX:MaxDirectMemorySize}
 * @param outside what the JVM takes besides: code, classes, thread stacks, the compilers at work
 * @param limit the control group's, over all of that and the kernel's socket buffers
 */
public record Memory(long heap, long direct, long outside, OptionalLong limit) {
    /** Set by {@code scripts/jvm.sh}, in MiB, beside the flags that it depends on. */
    private static final String OUTSIDE = "countersign.memory.outside";

    /** Without that script: both compilers without a bound, as measured under load. */
    private static final int OUTSIDE_UNKNOWN_MIB = 128;

    /** Of this process. */
    public static Memory ofProcess() {
        return new Memory(
                Runtime.getRuntime().maxMemory(),
                PlatformDependent.maxDirectMemory(),
                (long) Integer.getInteger(OUTSIDE, OUTSIDE_UNKNOWN_MIB) << 20,
                MemoryLimit.ofProcess());
    }

    /** In MiB. */
    @Override
    public String toString() {
        return "memory: heap " + (heap >> 20) + " MiB, direct " + (direct >> 20) + " MiB, "
                + (limit.isPresent() ? "limit " + (limit.getAsLong() >> 20) + " MiB" : "no limit");
    }
}
