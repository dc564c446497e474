package io.countersign.proxy.limit;

/**
 * Memory that extensions take for what they serve themselves, and that other limits leave to them.
 *
 * @param heap bytes at most
 * @param direct bytes of direct memory at most
 */
public record Aside(long heap, long direct) {
    public static final Aside NONE = new Aside(0, 0);

    /** Both. */
    public Aside and(Aside other) {
        return new Aside(heap + other.heap, direct + other.direct);
    }
}
