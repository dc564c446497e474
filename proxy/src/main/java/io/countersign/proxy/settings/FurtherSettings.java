package io.countersign.proxy.settings;

import com.typesafe.config.ConfigObject;
import io.countersign.proxy.config.Faults;
import io.countersign.proxy.config.FurtherKeys;
import io.countersign.proxy.config.ReferredFiles;
import io.countersign.proxy.config.UnknownKeys;
import io.countersign.proxy.egress.EgressReader;
import io.countersign.proxy.limit.Aside;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The settings of an extension, read at every load. Found like the extension itself, by {@code META-INF/services}, so that every
 * command reads a configuration as the running proxy does.
 */
public interface FurtherSettings {
    /** Which they are; the core does not see them. */
    FurtherKeys keys();

    /**
     * The memory that the extension takes for what it serves itself, so that the core's limits leave it that. Asked before anything is
     * read; a fault counts as what can't be seen.
     *
     * @param settings all that was written
     */
    default Aside aside(ConfigObject settings) {
        return Aside.NONE;
    }

    /**
     * Reads them, and reports every fault.
     *
     * @return the core's configuration with the extension's own, and with what the extension adds to the core's; empty after a fault
     */
    Optional<ProxyConfig> read(Load load);

    /**
     * One load.
     *
     * @param settings all that was written, with variables of the environment laid over it; without the defaults of these settings
     * @param core what the core has read; empty after a fault, so that only what needs no other part can be checked
     * @param files that settings name; each is watched from then on
     * @param faults takes what is wrong, and warnings
     * @param process what is read besides
     * @param name of the configuration, for faults of what was not written anywhere
     */
    record Load(
            ConfigObject settings,
            Optional<ProxyConfig> core,
            ReferredFiles files,
            Faults faults,
            UnknownKeys unknown,
            ProcessSettings process,
            String name) {}

    /**
     * What the process gives.
     *
     * @param clock says what has ended
     * @param egress how connections leave, by the process's environment
     */
    record ProcessSettings(Clock clock, EgressReader egress) {}

    /** Those on the class path. */
    static List<FurtherSettings> installed() {
        return ServiceLoader.load(FurtherSettings.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }
}
