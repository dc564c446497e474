package io.countersign.proxy.admission;

import io.countersign.proxy.fields.Via;
import java.time.Clock;

/**
 * Decides whether a request may go upstream, by its head alone and before anything is done for it. Safe from any thread, and one for all:
 * what is to be said once is said by it.
 *
 * <p>{@link Judgement} has the checks in their order. The {@link Guard}s of the configuration are asked in between.
 */
public final class Admission {
    private final Via via;
    private final Clock clock;
    private final ForeignSignatures foreign = new ForeignSignatures();

    /** @param clock for the policies that ask for the time */
    public Admission(Via via, Clock clock) {
        this.via = via;
        this.clock = clock;
    }

    /** @param snapshot the rules, limits, routes and guards to go by */
    public Decision decide(Incoming request, Snapshot snapshot) {
        Decision decision = new Judgement(via, clock, request, snapshot).decide();
        if (!foreign.isFull()
                && decision instanceof Admitted admitted
                && admitted.route().signing().isPresent()
                && CallerScope.read(admitted.head().fields()) instanceof CallerScope.Named named) {
            foreign.note(named.keyId(), admitted.route().name());
        }
        return decision;
    }
}
