package io.countersign.proxy.limit;

/**
 * What a heap holds besides its young generation, which is for what is not alive for long; jvm.sh sets that by the same rule: 4 MiB below
 * {@code -Xmx64m}, 8 up to 88, an eighth of what there is above 88 in addition, and 64 at most.
 */
final class Heap {
    private static final long MIB = 1L << 20;
    private static final long SMALL = 64 * MIB;
    private static final long SMALL_YOUNG = 4 * MIB;
    private static final long MEDIUM_YOUNG = 8 * MIB;
    private static final long MAX_YOUNG = 64 * MIB;

    private Heap() {}

    /** How much of a heap can be alive, bytes. */
    static long usable(long heap) {
        return heap - young(heap);
    }

    /**
     * The JVM counts an eighth less of the young generation itself: of 88 MiB it counts 87, and of each 64 above those 63, of which 8 are
     * young.
     *
     * @param heap by that count, bytes
     */
    private static long young(long heap) {
        if (heap < SMALL - MIB) {
            return SMALL_YOUNG;
        }
        long grown = (heap - 24 * MIB) * 8 / 63 / (2 * MIB) * (2 * MIB);
        return Math.max(MEDIUM_YOUNG, Math.min(MAX_YOUNG, grown));
    }

    /** The smallest {@code -Xmx} in which that much can be alive, bytes. */
    static long forAlive(long alive) {
        long heap = alive + SMALL_YOUNG;
        while (usable(heap) < alive) {
            heap += MIB;
        }
        return heap + Math.max(MIB, young(heap) / 8);
    }
}
