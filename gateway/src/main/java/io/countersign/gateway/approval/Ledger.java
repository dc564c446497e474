package io.countersign.gateway.approval;

import java.time.Clock;
import java.time.Instant;

/** Who waits, what was decided, and the one lock over them. */
final class Ledger {
    final Object lock = new Object();
    final Clock clock;
    final PendingCallers pending = new PendingCallers();
    final Subscriptions subscriptions = new Subscriptions();
    final Proposals proposals = new Proposals();
    final Changes changes = new Changes();
    final Numbers numbers;
    volatile int maxPending;

    Ledger(Clock clock, int maxPending, long nextNumber) {
        this.clock = clock;
        this.maxPending = maxPending;
        this.numbers = new Numbers(nextNumber);
    }

    /** It acts from now on. Under the lock. */
    void put(Subscription decision, Instant now) {
        // First this, so that a request in between finds one of them.
        subscriptions.put(decision);
        if (decision.countsAt(now)) {
            pending.remove(decision.ask());
        }
        proposals.removeUpTo(decision.ask(), decision.time());
    }

    /** The same, made here: others are to hear of it. Under the lock. */
    void decide(Subscription decision, Instant now) {
        boolean waited = pending.find(decision.ask()).isPresent();
        boolean proposed = proposals.has(decision.ask());
        put(decision, now);
        proposals.remove(decision.ask());
        subscriptions.own(decision.ask());
        changes.made(Topic.decision(decision.ask()));
        if (waited) {
            changes.made(Topic.pending(decision.ask()));
        }
        if (proposed) {
            changes.made(Topic.proposal(decision.ask()));
        }
    }

    /** What is known of earlier decisions. Under the lock. */
    Subscription.Basis basis(Ask ask) {
        return subscriptions.known(ask).map(Subscription::asBasis).orElse(Subscription.Basis.NONE);
    }

    /**
     * The moment of a decision that is made now: after the one that it replaces, even where that was made by a clock that is ahead. Under
     * the lock.
     */
    Instant momentFor(Ask ask, Instant now) {
        return subscriptions
                .known(ask)
                .map(Subscription::time)
                .filter(before -> !before.isBefore(now))
                .map(before -> before.plusMillis(1))
                .orElse(now);
    }
}
