package io.countersign.proxy.access;

import java.util.Arrays;

/** Where in a file some of its lines begin: enough to find any line by reading a block of {@link #BLOCK} bytes at most. */
final class LineIndex {
    static final int BLOCK = 4 * 1024;

    private int[] lines = {1};
    private int[] starts = {0};
    private int size = 1;

    /** Hears of each line in turn. */
    void add(int line, long start) {
        if (start - starts[size - 1] < BLOCK || start > Integer.MAX_VALUE) {
            return;
        }
        if (size == lines.length) {
            lines = Arrays.copyOf(lines, size * 2);
            starts = Arrays.copyOf(starts, size * 2);
        }
        lines[size] = line;
        starts[size] = (int) start;
        size++;
    }

    /** A line that begins at most a block before {@code line}, or is that one. */
    int lineBefore(int line) {
        return lines[pointOf(line)];
    }

    /** Where that one begins. */
    long startBefore(int line) {
        return starts[pointOf(line)];
    }

    private int pointOf(int line) {
        int found = Arrays.binarySearch(lines, 0, size, line);
        return found < 0 ? -found - 2 : found;
    }
}
