package io.countersign.proxy.settings;

import io.countersign.proxy.lifecycle.DrainConfig;
import io.countersign.proxy.logging.LogConfig;

/** How the process ends, and what it logs while it runs. */
public record Operation(DrainConfig drain, LogConfig log) {}
