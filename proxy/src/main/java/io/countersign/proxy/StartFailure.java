package io.countersign.proxy;

import io.countersign.proxy.config.ConfigFault;
import java.util.List;
import java.util.stream.Collectors;

/** The proxy cannot start with what it was given; has every reason why. */
public final class StartFailure extends Exception {
    private final Cause cause;
    private final List<ConfigFault> faults;

    /** Where the remedy lies. */
    public enum Cause {
        /** In the configuration or the JVM's settings: trying again changes nothing. */
        CONFIGURATION,
        /** In the machine: the same start may succeed later, once an address is free or has come up. */
        ENVIRONMENT
    }

    StartFailure(List<ConfigFault> faults) {
        this(Cause.CONFIGURATION, faults);
    }

    public StartFailure(Cause cause, List<ConfigFault> faults) {
        super(faults.stream().map(ConfigFault::toString).collect(Collectors.joining("; ")));
        this.cause = cause;
        this.faults = List.copyOf(faults);
    }

    /** Not {@link #getCause()}: nothing was thrown before it. */
    public Cause cause() {
        return cause;
    }

    public List<ConfigFault> faults() {
        return faults;
    }
}
