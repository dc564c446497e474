package io.countersign.proxy;

import io.countersign.proxy.config.ConfigFault;
import java.util.List;
import java.util.stream.Collectors;

/** The proxy cannot start with what it was given; says everything that stands in the way. */
public final class StartFailure extends Exception {
    private final List<ConfigFault> faults;

    StartFailure(List<ConfigFault> faults) {
        super(faults.stream().map(ConfigFault::toString).collect(Collectors.joining("; ")));
        this.faults = List.copyOf(faults);
    }

    public List<ConfigFault> faults() {
        return faults;
    }
}
