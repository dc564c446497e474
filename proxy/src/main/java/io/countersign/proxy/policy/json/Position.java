package io.countersign.proxy.policy.json;

/**
 * A place in a text.
 *
 * @param line from 1
 * @param column from 1, in characters (code points)
 */
public record Position(int line, int column) {
    /** Where a text begins. */
    public static final Position START = new Position(1, 1);

    @Override
    public String toString() {
        return line + ":" + column;
    }
}
