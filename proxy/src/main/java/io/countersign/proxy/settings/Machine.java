package io.countersign.proxy.settings;

import io.countersign.proxy.upstream.NamesConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What it uses of the machine that it runs on.
 *
 * @param stateDir the one folder that it may write to; empty: it writes nothing
 * @param names how names of upstreams become addresses; takes effect at start
 */
public record Machine(Optional<Path> stateDir, NamesConfig names) {}
