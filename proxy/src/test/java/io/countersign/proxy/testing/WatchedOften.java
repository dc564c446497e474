package io.countersign.proxy.testing;

import io.countersign.proxy.access.ListCopies;
import io.countersign.proxy.settings.ConfigSource;
import io.countersign.proxy.settings.LoadResult;
import java.time.Duration;

/**
 * A source whose files are read five times a second, so that a test waits for less than half a second until a change counts.
 *
 * <p>Not more often: a test that writes a file is in the middle of it for a moment, and two looks must not fall into that.
 */
public record WatchedOften(ConfigSource source) implements ConfigSource {
    @Override
    public LoadResult load() {
        return source.load();
    }

    @Override
    public LoadResult load(ListCopies copies) {
        return source.load(copies);
    }

    @Override
    public Duration period() {
        return Duration.ofMillis(200);
    }
}
