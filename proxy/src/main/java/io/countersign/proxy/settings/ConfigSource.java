package io.countersign.proxy.settings;

import io.countersign.proxy.access.ListCopies;
import java.time.Duration;

/** Reads the configuration, anew at each call. Never throws for bad input: that is a {@link LoadResult.Faulty}. */
@FunctionalInterface
public interface ConfigSource {
    LoadResult load();

    /** The same, with the lists that were fetched. */
    default LoadResult load(ListCopies copies) {
        return load();
    }

    /** How often its files are read to see whether they have changed; tests are in more of a hurry. */
    default Duration period() {
        return Duration.ofSeconds(1);
    }
}
