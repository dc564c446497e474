package io.countersign.proxy;

import io.countersign.proxy.limit.Budget;
import io.countersign.proxy.limit.LimitsConfig;

/**
 * What requests share among them, in all event loops.
 *
 * @param bodies memory for request bodies
 * @param inFlight places in flight
 * @param lasting responses that outlast their place
 */
record Budgets(Budget bodies, Budget inFlight, Budget lasting) {
    static Budgets of(LimitsConfig limits) {
        // Twice what can be in flight: later ones would hardly get their turn in time.
        int maxWaiting = 2 * limits.inFlight();
        return new Budgets(
                Budget.ofBytes(limits.buffered(), maxWaiting),
                Budget.ofPlaces(limits.inFlight(), maxWaiting),
                Budget.ofPlaces(Math.max(1, limits.inFlight() / 4), 0));
    }
}
