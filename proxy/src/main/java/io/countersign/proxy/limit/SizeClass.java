package io.countersign.proxy.limit;

/**
 * How large a claim is, and which part of the budget its kind has to itself.
 *
 * <p>Small claims are not held up by large ones: a telemetry batch must get in while uploads fill the memory. The first part of
 * a chunked body is small, so that many clients can have one at the same time.
 */
enum SizeClass {
    SMALL(0, 8 << 10, 1),
    MEDIUM(1, 256 << 10, 1),
    LARGE(2, Long.MAX_VALUE, 6);

    private static final SizeClass[] ALL = values();
    private static final int PARTS = 8;

    private final int index;
    private final long max;
    private final int parts;

    SizeClass(int index, long max, int parts) {
        this.index = index;
        this.max = max;
        this.parts = parts;
    }

    static SizeClass of(long amount) {
        for (SizeClass size : ALL) {
            if (amount <= size.max) {
                return size;
            }
        }
        return LARGE;
    }

    /** From 0, by size. */
    int index() {
        return index;
    }

    /** The largest amount of this class. */
    long max() {
        return max;
    }

    /** What claims of this class have to themselves. */
    long share(long limit) {
        return limit / PARTS * parts;
    }
}
