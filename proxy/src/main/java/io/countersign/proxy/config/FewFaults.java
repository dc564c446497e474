package io.countersign.proxy.config;

import java.util.Locale;

/**
 * Passes on the first faults of a file and counts the rest: a list of the wrong format has a fault in each line, and nobody
 * reads a million of them. Those of the next file are counted anew.
 */
public final class FewFaults {
    public static final int MAX = 20;

    private final Faults faults;
    private int count;

    public FewFaults(Faults faults) {
        this.faults = faults;
    }

    public void add(String where, String what) {
        if (++count <= MAX) {
            faults.add(where, what);
        }
    }

    /** The file has no more. */
    public void end(String source) {
        if (count > MAX) {
            faults.add(source, String.format(Locale.ROOT, "and %,d more errors like these", count - MAX));
        }
        count = 0;
    }
}
