package io.countersign.cli.check;

/**
 * One thing found out, as a line.
 *
 * @param wrong a person has to do something
 */
public record Finding(String about, String text, boolean wrong) {
    static Finding good(String about, String text) {
        return new Finding(about, text, false);
    }

    static Finding wrong(String about, String text) {
        return new Finding(about, text, true);
    }

    @Override
    public String toString() {
        return about + ": " + (wrong ? "FAILED: " : "") + text;
    }
}
