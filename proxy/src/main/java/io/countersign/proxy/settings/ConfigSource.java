package io.countersign.proxy.settings;

import io.countersign.proxy.access.ListCopies;

/** Reads the configuration, anew at each call. Never throws for bad input: that is a {@link LoadResult.Faulty}. */
@FunctionalInterface
public interface ConfigSource {
    LoadResult load();

    /** The same, with the lists that were fetched. */
    default LoadResult load(ListCopies copies) {
        return load();
    }
}
