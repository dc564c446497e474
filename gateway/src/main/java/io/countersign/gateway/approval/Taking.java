package io.countersign.gateway.approval;

import io.countersign.gateway.approval.Pending.Proposal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Takes what another replica says into what is known here: the rules by which all come to know the same. */
final class Taking {
    /** Clocks differ. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    private final Ledger ledger;
    private final ApprovalEvents events;

    Taking(Ledger ledger, ApprovalEvents events) {
        this.ledger = ledger;
        this.events = events;
    }

    Taken take(Subscription theirs) {
        if (!isUsable(theirs)) {
            return Taken.UNUSABLE;
        }
        Instant now = ledger.clock.instant();
        synchronized (ledger.lock) {
            Topic topic = Topic.decision(theirs.ask());
            Optional<Subscription> ours = ledger.subscriptions.known(theirs.ask());
            if (ours.isPresent() && !theirs.supersedes(ours.get())) {
                if (ours.get().supersedes(theirs)) {
                    return Taken.OURS;
                }
                ledger.changes.told(topic);
                return Taken.KNOWN;
            }
            if (!ledger.subscriptions.hasRoom(theirs.ask(), now)) {
                return Taken.KNOWN;
            }
            if (ledger.subscriptions.isOwn(theirs.ask())) {
                ours.filter(theirs::ignores).ifPresent(was -> events.overruled(was, theirs));
            }
            ledger.put(theirs, now);
            ledger.numbers.given(theirs.number());
            ledger.changes.told(topic);
            events.heard(Topic.Kind.DECISION);
            return Taken.KNOWN;
        }
    }

    /** As {@link Order} would have made it: whoever can write to the store gives no address an approval without an end. */
    private static boolean isUsable(Subscription theirs) {
        Instant latest = theirs.time().plus(Order.MAX_OF_ADDRESS).plus(SLACK);
        return !theirs.by().isEmpty()
                && (!theirs.isApproved()
                        || theirs.ask().caller().isIdentity()
                        || theirs.until()
                                .filter(until -> !until.isAfter(latest))
                                .isPresent());
    }

    Taken take(Pending theirs) {
        synchronized (ledger.lock) {
            if (ledger.subscriptions.of(theirs.ask(), ledger.clock.instant()).isPresent()) {
                // Decided on: whoever decided has ended before it could say so.
                return Taken.OURS;
            }
            ledger.numbers.given(theirs.number());
            if (ledger.pending.find(theirs.ask()).isEmpty()) {
                if (!ledger.pending.adopt(theirs, ledger.maxPending)) {
                    return Taken.LEFT_OUT;
                }
                events.heard(Topic.Kind.PENDING);
                return Taken.KNOWN;
            }
            ledger.pending.merge(theirs);
            events.heard(Topic.Kind.PENDING);
            Pending both = ledger.pending.find(theirs.ask()).orElseThrow();
            boolean same = both.number() == theirs.number() && both.also().equals(theirs.also());
            return same ? Taken.KNOWN : Taken.OURS;
        }
    }

    Taken take(Ask ask, Proposal theirs) {
        Instant now = ledger.clock.instant();
        synchronized (ledger.lock) {
            Optional<Subscription> decided = ledger.subscriptions.known(ask);
            ledger.proposals.removeEnded(ask, now);
            boolean over = decided.filter(last -> !theirs.by().time().isAfter(last.time()))
                    .isPresent();
            if (over || !theirs.countsAt(now)) {
                return Taken.OURS;
            }
            Optional<Proposal> ours = ledger.proposals.of(ask);
            if (ours.equals(Optional.of(theirs))) {
                ledger.changes.told(Topic.proposal(ask));
                return Taken.KNOWN;
            }
            boolean two = ours.isPresent()
                    && !ours.get().by().name().equals(theirs.by().name());
            if (two && ledger.proposals.isOwn(ask)) {
                meet(ask, theirs, ours.get());
                return Taken.OURS;
            }
            if (ours.isPresent()
                    && !two
                    && ours.get().by().time().isAfter(theirs.by().time())) {
                return Taken.OURS;
            }
            ledger.proposals.copy(ask, theirs);
            events.heard(Topic.Kind.PROPOSAL);
            return Taken.KNOWN;
        }
    }

    /** Two have approved, each without knowing of the other. Whoever hears of it first, decides. */
    private void meet(Ask ask, Proposal theirs, Proposal ours) {
        Instant now = ledger.momentFor(ask, ledger.clock.instant());
        Optional<Long> number = ledger.pending
                .find(ask)
                .map(Pending::number)
                .or(() -> ledger.subscriptions.known(ask).map(Subscription::number));
        if (number.isEmpty() || !ledger.subscriptions.hasRoom(ask, now)) {
            return;
        }
        Subscription decision = new Subscription(
                number.get(),
                ask,
                Subscription.Decision.APPROVED,
                List.of(theirs.by(), new Decider(ours.by().name(), now)),
                Stream.concat(theirs.until().stream(), ours.until().stream()).min(Instant::compareTo),
                ours.comment(),
                ledger.basis(ask));
        ledger.decide(decision, now);
        events.met(decision);
    }

    /** Another replica has let go of it. */
    Taken gone(Topic topic) {
        synchronized (ledger.lock) {
            Ask ask = topic.ask();
            if (topic.kind() == Topic.Kind.PENDING) {
                if (ledger.pending.hasUntold(ask)) {
                    return Taken.OURS;
                }
                ledger.pending.remove(ask);
            } else if (topic.kind() == Topic.Kind.PROPOSAL) {
                if (ledger.changes.isUntold(topic)) {
                    return Taken.OURS;
                }
                ledger.proposals.remove(ask);
            }
            return Taken.KNOWN;
        }
    }
}
