package io.countersign.proxy.admission;

import io.countersign.proxy.fields.Via;
import io.countersign.proxy.route.Snapshot;
import java.time.Clock;
import java.util.List;

/**
 * Decides whether a request may go upstream, by its head alone and before anything is done for it. Safe from any thread.
 *
 * <p>{@link Judgement} has the checks in their order. Guards that were plugged in are asked in between, in the order in which they
 * were given.
 */
public final class Admission {
    private final Via via;
    private final List<Guard> guards;
    private final Clock clock;

    /**
     * @param guards asked besides the checks that every request passes
     * @param clock for the policies that ask for the time
     */
    public Admission(Via via, List<Guard> guards, Clock clock) {
        this.via = via;
        this.guards = List.copyOf(guards);
        this.clock = clock;
    }

    /** @param snapshot the rules, limits and routes to go by */
    public Decision decide(Incoming request, Snapshot snapshot) {
        return new Judgement(via, guards, clock, request, snapshot).decide();
    }
}
