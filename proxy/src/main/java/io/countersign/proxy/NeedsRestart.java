package io.countersign.proxy;

import io.countersign.proxy.config.ListenerConfig;
import io.countersign.proxy.config.ProxyConfig;
import java.util.ArrayList;
import java.util.List;

/** The settings that are read at start alone: what is bound and what is allotted. */
final class NeedsRestart {
    private NeedsRestart() {}

    /** Keys that differ. */
    static List<String> between(ProxyConfig running, ProxyConfig taken) {
        List<String> keys = new ArrayList<>();
        List<ListenerConfig> before = running.listeners();
        if (!before.equals(taken.listeners())) {
            keys.add("listeners");
        }
        if (!running.admin().equals(taken.admin())) {
            keys.add("admin.bind");
        }
        if (running.limits().buffered() != taken.limits().buffered()) {
            keys.add("limits.buffered");
        }
        if (running.limits().inFlight() != taken.limits().inFlight()) {
            keys.add("limits.in-flight");
        }
        if (running.eventLoops() != taken.eventLoops()) {
            keys.add("limits.event-loops");
        }
        return keys;
    }
}
