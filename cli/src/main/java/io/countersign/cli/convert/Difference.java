package io.countersign.cli.convert;

/**
 * What is not the same here, and why.
 *
 * @param about flag or key that it is about
 */
public record Difference(String about, String what) {
    @Override
    public String toString() {
        return about + ": " + what;
    }
}
