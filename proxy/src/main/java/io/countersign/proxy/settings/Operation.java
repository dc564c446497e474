package io.countersign.proxy.settings;

import io.countersign.proxy.lifecycle.DrainConfig;
import io.countersign.proxy.logging.LogConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the process ends, what it logs while it runs, and what it keeps.
 *
 * @param stateDir the one folder that it may write to; empty: it writes nothing
 */
public record Operation(DrainConfig drain, LogConfig log, Optional<Path> stateDir) {}
