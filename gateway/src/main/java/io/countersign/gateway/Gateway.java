package io.countersign.gateway;

import io.countersign.proxy.Extension;

/** The gateway as the core finds it: whatever it adds is returned from here. */
public final class Gateway implements Extension {
    @Override
    public String name() {
        return "gateway";
    }
}
