package io.countersign.proxy.upstream;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What there is for each of the hosts that requests have named. At most {@link #MAX}, since callers choose the names: past it the one that was
 * named least recently is let go, and its connections end with their exchange. Safe from any thread.
 */
final class RecentHosts<T> {
    /** More hosts than one machine's agents and applications write to; an upstream without connections is a few hundred bytes. */
    static final int MAX = 128;

    private final Function<String, T> maker;
    private final Consumer<T> retire;
    private final Map<String, T> byHost = new LinkedHashMap<>(16, 0.75f, true);
    private boolean retired;

    /** @param retire hears of each that is let go */
    RecentHosts(Function<String, T> maker, Consumer<T> retire) {
        this.maker = maker;
        this.retire = retire;
    }

    synchronized T at(String host) {
        T known = byHost.get(host);
        if (known != null) {
            return known;
        }
        T made = maker.apply(host);
        if (retired) {
            retire.accept(made);
            return made;
        }
        byHost.put(host, made);
        if (byHost.size() > MAX) {
            String eldest = byHost.keySet().iterator().next();
            retire.accept(byHost.remove(eldest));
        }
        return made;
    }

    synchronized void retire() {
        retired = true;
        byHost.values().forEach(retire);
        byHost.clear();
    }
}
