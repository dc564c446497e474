package io.countersign.proxy.admission;

import io.countersign.proxy.fields.Via;
import io.countersign.proxy.route.Snapshot;
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

    /** @param guards asked besides the checks that every request passes */
    public Admission(Via via, List<Guard> guards) {
        this.via = via;
        this.guards = List.copyOf(guards);
    }

    /** @param snapshot the rules, limits and routes to go by */
    public Decision decide(Incoming request, Snapshot snapshot) {
        return new Judgement(via, guards, request, snapshot).decide();
    }
}
