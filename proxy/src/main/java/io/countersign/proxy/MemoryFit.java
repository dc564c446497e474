package io.countersign.proxy;

import io.countersign.proxy.config.ConfigFault;
import io.countersign.proxy.limit.Memory;
import io.countersign.proxy.settings.ProxyConfig;
import java.util.List;

/** Whether the memory carries the limits of a configuration: better to refuse than to be killed under load. */
final class MemoryFit {
    private MemoryFit() {}

    static List<ConfigFault> faults(ProxyConfig config, Memory memory) {
        return config.limits().plan().misfit(memory).stream()
                .map(misfit -> new ConfigFault("limits", misfit))
                .toList();
    }

    /** @throws StartFailure when it does not */
    static void require(ProxyConfig config, Memory memory) throws StartFailure {
        List<ConfigFault> misfits = faults(config, memory);
        if (!misfits.isEmpty()) {
            throw new StartFailure(misfits);
        }
    }
}
