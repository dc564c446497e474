package io.countersign.cli.agents;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** Compares what an agent had with what the stand-in has. */
public final class Ledgers {
    private static final int SHOWN = 5;

    private Ledgers() {}

    /**
     * Demands that what arrived is exactly what there was; a failure shows some of what differs instead of thousands of lines.
     *
     * @param arrived duplicates among it are no fault: whoever was not answered sends again
     */
    public static void assertEqual(Set<String> had, Collection<String> arrived) {
        Set<String> distinct = new TreeSet<>(arrived);
        Set<String> lost = new TreeSet<>(had);
        lost.removeAll(distinct);
        Set<String> invented = new TreeSet<>(distinct);
        invented.removeAll(had);
        String found = "of " + had.size() + " that there were " + lost.size() + " were lost: " + some(lost) + "; "
                + invented.size() + " arrived that never were: " + some(invented) + "; "
                + (arrived.size() - distinct.size()) + " came again";
        if (had.isEmpty() || !lost.isEmpty() || !invented.isEmpty()) {
            throw new AssertionError(found);
        }
        System.out.println(found);
    }

    private static String some(Set<String> lines) {
        return lines.stream().limit(SHOWN).toList().toString();
    }
}
