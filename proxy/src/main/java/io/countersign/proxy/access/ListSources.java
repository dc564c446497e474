package io.countersign.proxy.access;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the entries of one list were written. An entry keeps a position alone, a number that counts the lines of all files of
 * the list, one after the other, and each setting as one line.
 */
final class ListSources {
    private final List<String> names = new ArrayList<>();
    private int[] firsts = new int[4];
    private boolean[] files = new boolean[4];
    private int next;

    /** Begins a file; its lines take the positions from the one that is returned on. */
    int file(String name) {
        return begin(name, true);
    }

    /** Returns the position of an entry that was written as a setting. */
    int setting(String name) {
        int position = begin(name, false);
        next = position + 1;
        return position;
    }

    private int begin(String name, boolean file) {
        if (names.size() == firsts.length) {
            firsts = Arrays.copyOf(firsts, firsts.length * 2);
            files = Arrays.copyOf(files, files.length * 2);
        }
        firsts[names.size()] = next;
        files[names.size()] = file;
        names.add(name);
        return next;
    }

    /** The file that was begun last has {@code lines} lines. Returns false when there are more than can be counted. */
    boolean ended(int lines) {
        next += lines;
        return next < V4Table.MAX_POSITIONS;
    }

    /** As {@code deny.list:3} or {@code access.deny[0]}. */
    String text(int position) {
        int found = Arrays.binarySearch(firsts, 0, names.size(), position);
        int at = found < 0 ? -found - 2 : found;
        while (at + 1 < names.size() && firsts[at + 1] == position) {
            // Empty files take no position: the last that begins here is the one.
            at++;
        }
        return files[at] ? names.get(at) + ":" + (position - firsts[at] + 1) : names.get(at);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ListSources sources
                && names.equals(sources.names)
                && Arrays.equals(firsts, 0, names.size(), sources.firsts, 0, names.size());
    }

    @Override
    public int hashCode() {
        return names.hashCode();
    }
}
