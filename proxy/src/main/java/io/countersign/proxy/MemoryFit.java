package io.countersign.proxy;

import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.limit.LimitsConfig;
import io.countersign.proxy.limit.Memory;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the memory carries the limits of a configuration: better to refuse than to be killed under load. */
final class MemoryFit {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryFit.class);

    private MemoryFit() {}

    static List<ConfigFault> faults(LimitsConfig limits, Memory memory) {
        return limits.plan().misfit(memory).stream()
                .map(misfit -> new ConfigFault("limits", misfit))
                .toList();
    }

    /**
     * Logs what the limits are.
     *
     * @throws StartFailure when the memory does not carry them
     */
    static void require(LimitsConfig limits, Memory memory) throws StartFailure {
        List<ConfigFault> misfits = faults(limits, memory);
        if (!misfits.isEmpty()) {
            throw new StartFailure(misfits);
        }
        LOG.info("limits: {}; {}", limits.plan(), memory);
    }
}
