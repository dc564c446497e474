package io.countersign.proxy.config;

import java.util.ArrayList;
import java.util.List;

/** Collects everything that is wrong in one load, so that an operator can correct it all at once. */
public final class Faults {
    private final List<ConfigFault> faults = new ArrayList<>();
    private final List<ConfigFault> warnings = new ArrayList<>();

    public void add(String where, String what) {
        ConfigFault fault = new ConfigFault(where, what);
        // Two checks may find the same fault of a value.
        if (!faults.contains(fault)) {
            faults.add(fault);
        }
    }

    public void warn(String where, String what) {
        warnings.add(new ConfigFault(where, what));
    }

    public void warn(List<ConfigFault> more) {
        warnings.addAll(more);
    }

    public boolean any() {
        return !faults.isEmpty();
    }

    public List<ConfigFault> faults() {
        return List.copyOf(faults);
    }

    public List<ConfigFault> warnings() {
        return List.copyOf(warnings);
    }
}
