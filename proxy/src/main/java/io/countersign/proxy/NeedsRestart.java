package io.countersign.proxy;

import io.countersign.proxy.config.ListenerConfig;
import io.countersign.proxy.config.ProxyConfig;
import java.util.ArrayList;
import java.util.List;

/** The settings that are read at start alone: what is bound and what is allotted. */
final class NeedsRestart {
    private NeedsRestart() {}

    /** Keys that differ from what the process started with, not from the reload before. */
    static List<String> between(ProxyConfig started, ProxyConfig taken) {
        List<String> keys = new ArrayList<>();
        List<ListenerConfig> before = started.listeners();
        if (!before.equals(taken.listeners())) {
            keys.add("listeners");
        }
        if (!started.admin().equals(taken.admin())) {
            keys.add("admin.bind");
        }
        if (started.limits().buffered() != taken.limits().buffered()) {
            keys.add("limits.buffered");
        }
        if (started.limits().inFlight() != taken.limits().inFlight()) {
            keys.add("limits.in-flight");
        }
        if (started.limits().lists() != taken.limits().lists()) {
            keys.add("limits.lists");
        }
        if (started.eventLoops() != taken.eventLoops()) {
            keys.add("limits.event-loops");
        }
        return keys;
    }
}
