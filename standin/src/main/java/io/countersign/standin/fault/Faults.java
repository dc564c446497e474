package io.countersign.standin.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** The faults in force, in the order in which they were set. */
public final class Faults {
    private final List<Active> active = new ArrayList<>();
    private final DoubleSupplier random;
    private final LongSupplier nanoTicker;

    /**
     * None at first.
     *
     * @param random from 0 inclusive to 1 exclusive, for faults with a probability
     */
    public Faults(DoubleSupplier random, LongSupplier nanoTicker) {
        this.random = random;
        this.nanoTicker = nanoTicker;
    }

    /** A fault with what is left of its count, and of its rate's allowance. */
    private final class Active {
        private final Fault fault;
        private long left;
        private double tokens;
        private long filled;

        Active(Fault fault) {
            this.fault = fault;
            this.left = fault.count().orElse(Long.MAX_VALUE);
            this.tokens = fault.effects().stream()
                    .filter(Effect.ThrottleRate.class::isInstance)
                    .mapToDouble(effect -> Math.max(1, ((Effect.ThrottleRate) effect).perSecond()))
                    .findFirst()
                    .orElse(0);
            this.filled = nanoTicker.getAsLong();
        }

        /** A bucket that holds one second's worth. */
        boolean exceeds(double perSecond) {
            long now = nanoTicker.getAsLong();
            tokens = Math.min(Math.max(1, perSecond), tokens + (now - filled) / 1e9 * perSecond);
            filled = now;
            if (tokens < 1) {
                return true;
            }
            tokens -= 1;
            return false;
        }

        private boolean applies(Effect effect) {
            if (effect instanceof Effect.ThrottleShare throttle) {
                return random.getAsDouble() < throttle.share();
            }
            return !(effect instanceof Effect.ThrottleRate throttle) || exceeds(throttle.perSecond());
        }

        Fault rest() {
            OptionalLong count = fault.count().isPresent() ? OptionalLong.of(left) : OptionalLong.empty();
            return new Fault(fault.match(), count, fault.probability(), fault.effects());
        }
    }

    public synchronized void add(Fault fault) {
        active.add(new Active(fault));
    }

    /** Adds the fault that this JSON describes; see {@link FaultJson}. */
    public void add(String json) {
        add(FaultJson.parse(json));
    }

    public synchronized void clear() {
        active.clear();
    }

    /** The faults in force, each with what is left of its count. */
    public synchronized List<Fault> all() {
        return active.stream().map(Active::rest).toList();
    }

    /** What a request to {@code path} suffers; a counted fault that bites has been used up by one. */
    public synchronized Plan planFor(String path) {
        if (active.isEmpty()) {
            return new Plan(List.of());
        }
        List<Effect> effects = new ArrayList<>();
        for (Active candidate : active) {
            Fault fault = candidate.fault;
            if (path.startsWith(fault.match())
                    && (fault.probability() == 1 || random.getAsDouble() < fault.probability())) {
                List<Effect> applying =
                        fault.effects().stream().filter(candidate::applies).toList();
                effects.addAll(applying);
                candidate.left -= applying.isEmpty() ? 0 : 1;
            }
        }
        active.removeIf(candidate -> candidate.left == 0);
        return new Plan(List.copyOf(effects));
    }
}
