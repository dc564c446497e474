package io.countersign.proxy.admin.probe;

import java.util.Map;

/** What the probes ask; called on an event loop, so it answers from memory. */
public interface Readiness {
    State state();

    /**
     * The routes that cannot sign now, each with why, in words fit for a page without a secret; empty when all can.
     * Apart from {@link #state()}: credentials that are down must not take the workload's pod out of service.
     */
    Map<String, String> signing();

    /**
     * The routes whose signed requests AWS has refused since its last 2xx, each with how many and why; empty when it takes
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
