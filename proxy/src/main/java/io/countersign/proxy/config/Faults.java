package io.countersign.proxy.config;

import java.util.ArrayList;
import java.util.List;

/** Collects everything that is wrong in one load, so that an operator mends it all in one go. */
final class Faults {
    private final List<ConfigFault> faults = new ArrayList<>();
    private final List<ConfigFault> warnings = new ArrayList<>();

    void add(String where, String what) {
        ConfigFault fault = new ConfigFault(where, what);
        // A value that two checks look at is wrong once.
        if (!faults.contains(fault)) {
            faults.add(fault);
        }
    }

    void warn(String where, String what) {
        warnings.add(new ConfigFault(where, what));
    }

    void warn(List<ConfigFault> more) {
        warnings.addAll(more);
    }

    boolean any() {
        return !faults.isEmpty();
    }

    List<ConfigFault> faults() {
        return List.copyOf(faults);
    }

    List<ConfigFault> warnings() {
        return List.copyOf(warnings);
    }
}
