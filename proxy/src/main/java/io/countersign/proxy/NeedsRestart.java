package io.countersign.proxy;

import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.settings.ProxyConfig;
import java.util.ArrayList;
import java.util.List;

/** The settings that are read only at start: what is bound and what is allotted. */
final class NeedsRestart {
    private NeedsRestart() {}

    /** Keys that differ from what the process started with, rather than from the previous reload. */
    static List<String> between(ProxyConfig started, ProxyConfig taken) {
        List<String> keys = new ArrayList<>();
        if (!same(started.listeners(), taken.listeners())) {
            keys.add("listeners");
        }
        if (!started.admin().bind().equals(taken.admin().bind())) {
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
        if (started.limits().eventLoops() != taken.limits().eventLoops()) {
            keys.add("limits.event-loops");
        }
        if (!started.operation().stateDir().equals(taken.operation().stateDir())) {
            keys.add("state.dir");
        }
        if (!started.operation()
                .machine()
                .names()
                .equals(taken.operation().machine().names())) {
            keys.add("names");
        }
        return keys;
    }

    private static boolean same(List<ListenerConfig> before, List<ListenerConfig> after) {
        if (before.size() != after.size()) {
            return false;
        }
        for (int i = 0; i < before.size(); i++) {
            if (!before.get(i).sameAs(after.get(i))) {
                return false;
            }
        }
        return true;
    }
}
