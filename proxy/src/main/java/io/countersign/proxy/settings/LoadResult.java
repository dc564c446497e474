package io.countersign.proxy.settings;

import io.countersign.proxy.config.ConfigFault;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The result of reading a configuration: all of it, or all of its faults. */
public sealed interface LoadResult {
    /** Every file that was read, so that a change of any of them can be noticed. */
    Set<Path> files();

    /** @param warnings about what is valid but hardly meant */
    record Loaded(ProxyConfig config, Set<Path> files, List<ConfigFault> warnings) implements LoadResult {}

    /** Nothing of a faulty configuration is used. */
    record Faulty(List<ConfigFault> faults, Set<Path> files) implements LoadResult {}
}
