package io.countersign.gateway.tenant;

import io.countersign.proxy.caller.Caller;
import java.util.Optional;
import java.util.Set;

/** Callers by the listener that they have connected to. */
record ListenerCriterion(Set<String> binds) implements Criterion {
    ListenerCriterion {
        binds = Set.copyOf(binds);
    }

    @Override
    public Kind kind() {
        return Kind.LISTENER;
    }

    @Override
    public boolean fits(Caller caller) {
        return caller.listener().filter(binds::contains).isPresent();
    }

    @Override
    public Optional<Common> common(Criterion other) {
        return other instanceof ListenerCriterion listeners
                ? binds.stream()
                        .filter(listeners.binds::contains)
                        .sorted()
                        .findFirst()
                        .map(bind -> Common.certainly("the listener " + bind))
                : Optional.empty();
    }
}
