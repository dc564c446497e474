package io.countersign.proxy.limit;

/**
 * What a claim is about.
 *
 * @param route whose share it counts against
 * @param shared whether there are other routes, which must not be starved by this one
 * @param amount wanted at first
 * @param max what it may grow to; {@code amount} when it does not grow
 */
public record Ask(String route, boolean shared, long amount, long max) {
    /** A claim that does not grow. */
    public static Ask of(String route, boolean shared, long amount) {
        return new Ask(route, shared, amount, amount);
    }

    boolean grows() {
        return amount < max;
    }
}
