package io.countersign.proxy;

import io.countersign.proxy.admin.probe.Readiness;
import io.countersign.proxy.admission.Snapshot;
import io.countersign.proxy.lifecycle.Lifecycle;
import io.countersign.proxy.route.RouteSigning;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What the probes see of the running proxy. */
final class LiveReadiness implements Readiness {
    private final Lifecycle lifecycle;
    private final BooleanSupplier listening;
    private final Supplier<Snapshot> snapshot;

    LiveReadiness(Lifecycle lifecycle, BooleanSupplier listening, Supplier<Snapshot> snapshot) {
        this.lifecycle = lifecycle;
        this.listening = listening;
        this.snapshot = snapshot;
    }

    @Override
    public State state() {
        if (lifecycle.phase() != Lifecycle.Phase.SERVING) {
            return new State.NotReady("draining");
        }
        return listening.getAsBoolean() ? new State.Ready() : new State.NotReady("starting");
    }

    @Override
    public Map<String, String> signing() {
        return RouteSigning.unable(snapshot.get().routes());
    }

    @Override
    public Map<String, String> refused() {
        return RouteSigning.refused(snapshot.get().routes());
    }
}
