package io.countersign.proxy.settings;

import io.countersign.proxy.held.Horizons;
import io.countersign.proxy.lifecycle.DrainConfig;
import io.countersign.proxy.logging.LogConfig;
import io.countersign.proxy.telemetry.TelemetryConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the process ends, what it logs while it runs, what it keeps, and what it does besides the core's work.
 *
 * @param machine what it uses of where it runs
 * @param telemetry what it shows of what it counts
 * @param hash tells this configuration from others: of all that was written and is not secret
 * @param horizons how long agents keep data
 * @param extensions what extensions have read
 */
public record Operation(
        DrainConfig drain,
        LogConfig log,
        Machine machine,
        TelemetryConfig telemetry,
        String hash,
        Horizons horizons,
        List<ExtensionConfig> extensions) {
    public Operation {
        extensions = List.copyOf(extensions);
    }

    /** The one folder that it may write to; empty: it writes nothing. */
    public Optional<Path> stateDir() {
        return machine.stateDir();
    }

    /** The same with what one more extension has read. */
    Operation with(ExtensionConfig extension) {
        List<ExtensionConfig> all = new ArrayList<>(extensions);
        all.add(extension);
        return new Operation(drain, log, machine, telemetry, hash, horizons, all);
    }
}
