package io.countersign.proxy.settings;

import io.countersign.proxy.config.ConfigFault;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What reading the configuration came to: all of it, or all of its faults. */
public sealed interface LoadResult {
    /** Every file that was read, so that a change of any of them can be noticed. */
    Set<Path> files();

    /** @param warnings what is valid but can hardly be meant */
    record Loaded(ProxyConfig config, Set<Path> files, List<ConfigFault> warnings) implements LoadResult {}

    /** Nothing of a faulty configuration is used. */
    record Faulty(List<ConfigFault> faults, Set<Path> files) implements LoadResult {}
}
