package io.countersign.proxy.admin.probe;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Says what a test wants. */
public final class FakeReadiness implements Readiness {
    public volatile State state = new State.Ready();
    public final Map<String, String> signing = new ConcurrentHashMap<>();
    public final Map<String, String> refused = new ConcurrentHashMap<>();

    @Override
    public State state() {
        return state;
    }

    @Override
    public Map<String, String> signing() {
        return signing;
    }

    @Override
    public Map<String, String> refused() {
        return refused;
    }
}
