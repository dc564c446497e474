package io.countersign.standin.fault;

import java.util.List;
import java.util.OptionalLong;

/**
 * Effects, and the requests that suffer them.
 *
 * @param match prefix of the raw path
 * @param count for how many requests; without one, until cleared
 * @param probability of a matching request to suffer, from 0 to 1
 */
public record Fault(String match, OptionalLong count, double probability, List<Effect> effects) {
    public Fault {
        effects = List.copyOf(effects);
        if (effects.isEmpty()) {
            throw new IllegalArgumentException("a fault needs at least one effect");
        }
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability is " + probability + ", it takes 0 to 1");
        }
        if (count.isPresent() && count.getAsLong() < 1) {
            throw new IllegalArgumentException("count is " + count.getAsLong() + ", it takes 1 or more");
        }
    }

    /** These effects for every request until cleared. */
    public static Fault always(Effect... effects) {
        return new Fault("/", OptionalLong.empty(), 1, List.of(effects));
    }

    public Fault times(long requests) {
        return new Fault(match, OptionalLong.of(requests), probability, effects);
    }

    public Fault on(String pathPrefix) {
        return new Fault(pathPrefix, count, probability, effects);
    }
}
