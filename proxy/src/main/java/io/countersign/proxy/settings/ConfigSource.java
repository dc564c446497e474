package io.countersign.proxy.settings;

/** Reads the configuration, anew at each call. Never throws for bad input: that is a {@link LoadResult.Faulty}. */
@FunctionalInterface
public interface ConfigSource {
    LoadResult load();
}
