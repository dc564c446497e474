package io.countersign.proxy.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What must not be, as it was seen: the first few of each kind in full, the rest counted. */
final class Violations {
    private static final int MAX_KEPT = 2;

    private final List<String> kept = new ArrayList<>();
    private final Map<String, Integer> kinds = new TreeMap<>();
    private long count;

    /** Adds one whose first line, but for numbers, is its kind. */
    synchronized void add(String violation) {
        count++;
        String kind = violation.lines().findFirst().orElse("").replaceAll("[0-9]+", "N");
        kind = kind.substring(0, Math.min(100, kind.length()));
        if (kinds.merge(kind, 1, Integer::sum) <= MAX_KEPT) {
            kept.add(violation);
        }
    }

    synchronized long count() {
        return count;
    }

    /** Each kind with how many there were, then those that were kept. */
    synchronized String report() {
        StringBuilder out = new StringBuilder();
        kinds.forEach(
                (kind, times) -> out.append(times).append(" x ").append(kind).append('\n'));
        kept.forEach(violation -> out.append("--- ").append(violation).append('\n'));
        return out.toString();
    }
}
