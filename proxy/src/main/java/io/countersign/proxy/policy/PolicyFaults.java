package io.countersign.proxy.policy;

import io.countersign.proxy.policy.json.Position;
import java.util.ArrayList;
import java.util.List;

/** Gathers the faults of one policy: the first few and, after them, how many more there are. */
final class PolicyFaults {
    private static final int MAX = 20;

    private final String file;
    private final List<PolicyFault> faults = new ArrayList<>();
    private int more;

    PolicyFaults(String file) {
        this.file = file;
    }

    void add(Position at, String what) {
        if (faults.size() < MAX) {
            faults.add(new PolicyFault(file, at, what));
        } else {
            more++;
        }
    }

    boolean isEmpty() {
        return faults.isEmpty();
    }

    List<PolicyFault> all() {
        List<PolicyFault> all = new ArrayList<>(faults);
        if (more > 0) {
            all.add(new PolicyFault(file, faults.get(MAX - 1).at(), "and " + more + " more faults after this one"));
        }
        return List.copyOf(all);
    }
}
