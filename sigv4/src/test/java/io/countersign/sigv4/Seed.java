package io.countersign.sigv4;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** The seed of a random test: {@code -Dsigv4.seed=}, or a new one; printed, so that a failure can be had again. */
final class Seed {
    private Seed() {}

    static RandomGenerator random(Class<?> test) {
        long seed = Long.getLong("sigv4.seed", System.nanoTime());
        System.out.println(test.getSimpleName() + ": -Dsigv4.seed=" + seed);
        return new SplittableRandom(seed);
    }
}
