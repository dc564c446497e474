package io.countersign.proxy;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The last size that fits and the first that does not, of each of the three. */
class MemoryPlanTest {
    private static final long MIB = 1L << 20;
    private static final long OUTSIDE = 64 * MIB;

    private final MemoryPlan plan = new MemoryPlan(100 * MIB, 16 * MIB);

    @Test
    void takesJustEnough() {
        assertDoesNotThrow(() -> plan.check(memory(100 * MIB, 16 * MIB, OptionalLong.of(116 * MIB + OUTSIDE))));
    }

    @Test
    void needsNoLimit() {
        assertDoesNotThrow(() -> plan.check(memory(1L << 40, 1L << 40, OptionalLong.empty())));
    }

    @Test
    void refusesAHeapThatIsTooSmall() {
        assertEquals(
                "limits: need 100 MiB of heap (24 for the program, limits.buffered, and 48 KiB for each of"
                        + " limits.in-flight), the JVM has 90: lower limits.buffered or raise the memory limit",
                refusal(memory(90 * MIB, 16 * MIB, OptionalLong.empty())));
        refusal(memory(100 * MIB - 1, 16 * MIB, OptionalLong.empty()));
    }

    @Test
    void refusesTooLittleDirectMemory() {
        assertEquals(
                "limits: need 16 MiB of direct memory (64 KiB for each of limits.in-flight), the JVM has 8:"
                        + " lower limits.in-flight or raise -XX:MaxDirectMemorySize",
                refusal(memory(100 * MIB, 8 * MIB, OptionalLong.empty())));
        refusal(memory(100 * MIB, 16 * MIB - 1, OptionalLong.empty()));
    }

    @Test
    void refusesAJvmThatMayOutgrowItsControlGroup() {
        assertEquals(
                "memory: the JVM may grow to 228 MiB (116 of heap, 48 of direct memory, 64 for code, classes and"
                        + " threads), the control group's limit is 200: raise it, or lower -Xmx and"
                        + " -XX:MaxDirectMemorySize",
                refusal(memory(116 * MIB, 48 * MIB, OptionalLong.of(200 * MIB))));
        refusal(memory(100 * MIB, 16 * MIB, OptionalLong.of(116 * MIB + OUTSIDE - 1)));
    }

    @Test
    void namesAllThatDoesNotFitAtOnce() {
        StartFailure failure =
                assertThrows(StartFailure.class, () -> plan.check(memory(MIB, MIB, OptionalLong.of(3 * MIB))));
        assertEquals(3, failure.faults().size());
    }

    private String refusal(MemoryPlan.Memory memory) {
        StartFailure failure = assertThrows(StartFailure.class, () -> plan.check(memory));
        assertEquals(StartFailure.Cause.CONFIGURATION, failure.cause());
        return failure.getMessage();
    }

    private static MemoryPlan.Memory memory(long heap, long direct, OptionalLong limit) {
        return new MemoryPlan.Memory(heap, direct, limit);
    }
}
