package io.countersign.proxy;

import io.countersign.proxy.config.Environment;
import io.countersign.proxy.settings.ConfigSource;
import io.countersign.proxy.settings.LoadResult;
import java.time.Clock;

/** Reads a configuration once, for a command that has to know what the lists hold that come from elsewhere. */
public final class RemoteLoad {
    private RemoteLoad() {}

    /**
     * Fetches these lists, once and without their kept copies, which a running proxy may be writing. Blocks.
     *
     * @param environment for credentials, and for endpoints that are called instead of AWS's own
     */
    public static LoadResult load(ConfigSource source, Environment environment, Clock clock) {
        try (ListLoading loading = new ListLoading(source, environment, clock)) {
            return loading.load();
        }
    }
}
