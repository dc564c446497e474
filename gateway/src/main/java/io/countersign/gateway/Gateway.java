package io.countersign.gateway;

import io.countersign.gateway.command.Commands;
import io.countersign.proxy.Extension;
import java.util.List;
import java.util.Map;

/** The gateway as the core finds it: whatever it adds is returned from here. */
public final class Gateway implements Extension {
    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public List<Object> commands(Map<String, String> environment) {
        return Commands.all(environment);
    }
}
