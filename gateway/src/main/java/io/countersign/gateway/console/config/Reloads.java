package io.countersign.gateway.console.config;

import io.countersign.proxy.config.ConfigFault;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** How the last reload went. Safe from any thread. */
public final class Reloads {
    /** Of a list that is all wrong, the first ones say it. */
    private static final int MAX_FAULTS = 50;

    private final Clock clock;
    private volatile Last last;

    /**
     * The newest configuration that was read.
     *
     * @param number counts up with each
     * @param taken when the one in force was taken
     * @param at when this one was read
     * @param faults why it was not taken; empty where it is in force
     */
    public record Last(long number, Instant taken, Instant at, List<ConfigFault> faults) {
        public Last {
            faults = List.copyOf(faults);
        }

        /** Whether it is in force. */
        public boolean isTaken() {
            return faults.isEmpty();
        }
    }

    public Reloads(Clock clock) {
        this.clock = clock;
        Instant now = clock.instant();
        this.last = new Last(0, now, now, List.of());
    }

    /** A configuration has been taken. */
    public void taken() {
        Instant now = clock.instant();
        last = new Last(last.number() + 1, now, now, List.of());
    }

    /** A configuration has not been taken. */
    public void refused(List<ConfigFault> why) {
        List<ConfigFault> faults = why.subList(0, Math.min(MAX_FAULTS, why.size()));
        last = new Last(last.number() + 1, last.taken(), clock.instant(), faults);
    }

    public Last last() {
        return last;
    }
}
