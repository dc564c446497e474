package io.countersign.proxy.admin.probe;

import java.util.Map;

/** What the probes ask for; called on an event loop, so it must not block. */
public interface Readiness {
    State state();

    /**
     * The routes that cannot sign now, each with why, in words fit for a page without a secret; empty when all can.
     * Apart from {@link #state()}: missing credentials must not take the workload's pod out of service.
     */
    Map<String, String> signing();

    /**
     * The routes whose signed requests AWS has refused since the last 2xx, each with the number and the cause; empty when it accepts
     * them all.
     */
    Map<String, String> refused();

    /** Whether requests should be sent here. */
    sealed interface State {
        /** Started, configured and not draining. */
        record Ready() implements State {}

        /** @param reason {@code starting} or {@code draining} */
        record NotReady(String reason) implements State {}
    }
}
