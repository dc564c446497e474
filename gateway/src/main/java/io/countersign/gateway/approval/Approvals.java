package io.countersign.gateway.approval;

import io.countersign.gateway.approval.Pending.Proposal;
import io.countersign.gateway.approval.Pending.Seen;
import io.countersign.gateway.approval.PendingCallers.Request;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Who waits to be approved, and what was decided. Safe from any thread, and never blocks for more than a few steps in memory:
 * {@link ApprovalStore} writes what outlasts the process.
 *
 * <p>Nothing about a request is held back: a caller without a decision is refused at once, and is on the list.
 */
public final class Approvals {
    /** Whoever has not asked for so long has given up. */
    static final Duration FORGOTTEN = Duration.ofDays(7);

    private final Ledger ledger;
    private final ApprovalEvents events;
    private final Object lock;
    private final PendingCallers pending;
    private final Subscriptions subscriptions;
    private final Proposals proposals;

    /** All there is, at one moment. */
    record Contents(
            long next, List<Pending> pending, List<Subscription> subscriptions, List<Proposals.Kept> proposals) {
        /** Of a process that has never run. */
        static final Contents NONE = new Contents(1, List.of(), List.of(), List.of());
    }

    /** @param contents as a former process has left them */
    Approvals(Clock clock, ApprovalEvents events, int maxPending, Contents contents) {
        this.events = events;
        // Whatever the file says, a number that somebody has in hand never comes to mean another caller.
        this.ledger = new Ledger(
                clock,
                maxPending,
                Math.max(
                        contents.next(),
                        1
                                + Stream.concat(
                                                contents.pending().stream().map(Pending::number),
                                                contents.subscriptions().stream()
                                                        .map(Subscription::number))
                                        .filter(number -> !Numbers.isMadeUp(number))
                                        .mapToLong(Long::longValue)
                                        .max()
                                        .orElse(0)));
        this.lock = ledger.lock;
        this.pending = ledger.pending;
        this.subscriptions = ledger.subscriptions;
        this.proposals = ledger.proposals;
        Instant now = clock.instant();
        contents.subscriptions().stream().limit(Subscriptions.MAX).forEach(subscriptions::put);
        contents.proposals().forEach(proposals::put);
        // A crash between two files may have left a caller in both.
        contents.pending().stream()
                .filter(each -> subscriptions.of(each.ask(), now).isEmpty())
                .forEach(each -> pending.add(each, maxPending, proposals::has, now.toEpochMilli()));
        pending.onRemoved(ask -> ledger.changes.made(Topic.pending(ask)));
    }

    /** Where replicas share what is here. */
    Merging merging() {
        return new Merging(ledger, events);
    }

    /** Takes effect with the next newcomer. */
    void maxPending(int max) {
        ledger.maxPending = max;
    }

    /**
     * How a caller stands; one without a decision is on the list afterwards, if there is room.
     *
     * @param described asked only for the list
     */
    Standing ask(Ask ask, Supplier<Request> described) {
        Instant now = ledger.clock.instant();
        Optional<Standing> standing = decidedOn(ask, now);
        if (standing.isPresent()) {
            return standing.get();
        }
        Request request = described.get();
        long millis = now.toEpochMilli();
        OptionalLong number = pending.again(ask, request, millis);
        if (number.isPresent()) {
            events.asked();
            return new Standing.Waits(number.getAsLong(), pending.count(ask));
        }
        synchronized (lock) {
            // It may have been decided on, or put on the list, a moment ago.
            standing = decidedOn(ask, now);
            if (standing.isPresent()) {
                return standing.get();
            }
            number = pending.again(ask, request, millis);
            if (number.isPresent()) {
                return new Standing.Waits(number.getAsLong(), pending.count(ask));
            }
            Pending newcomer =
                    new Pending(ledger.numbers.peek(), ask, new Seen(request.text(), request.knownBy(), now, now, 1));
            if (!pending.add(newcomer, ledger.maxPending, proposals::has, millis)) {
                return new Standing.NoRoom();
            }
            ledger.numbers.given(newcomer.number());
            // In this order: whoever announces it has to know that before other replicas do.
            events.newcomer(newcomer);
            ledger.changes.made(Topic.pending(ask));
            return new Standing.Waits(newcomer.number(), 1);
        }
    }

    /** How a caller stands who does not ask. */
    Standing standing(Ask ask) {
        Optional<Standing> standing = decidedOn(ask, ledger.clock.instant());
        if (standing.isPresent()) {
            return standing.get();
        }
        synchronized (lock) {
            return pending.find(ask)
                    .<Standing>map(waits ->
                            new Standing.Waits(waits.number(), waits.seen().count()))
                    .orElseGet(Standing.NotAsked::new);
        }
    }

    /** The approval that lets a caller use a route, or call at all; puts nobody on the list. */
    Optional<Subscription> approvalOf(Ask ask) {
        return subscriptions.of(ask, ledger.clock.instant()).filter(Subscription::isApproved);
    }

    private Optional<Standing> decidedOn(Ask ask, Instant now) {
        return subscriptions
                .of(ask, now)
                .map(decided -> decided.isApproved() ? new Standing.Approved(decided) : new Standing.Refused(decided));
    }

    /**
     * Carries out what an approver wants, on a caller who waits or on one who was decided on before.
     *
     * @param fourEyes whether an approval needs two
     */
    public Outcome decide(Order order, boolean fourEyes) {
        Instant now = ledger.clock.instant();
        synchronized (lock) {
            Optional<Ask> ask = pending.ask(order.number())
                    .or(() -> subscriptions.find(order.number(), now).map(Subscription::ask));
            if (ask.isEmpty()) {
                return new Outcome.Unknown(order.number());
            }
            Optional<String> fault = order.fault(ask.get(), now);
            if (fault.isPresent()) {
                return new Outcome.Invalid(fault.get());
            }
            if (!subscriptions.hasRoom(ask.get(), now)) {
                return new Outcome.Invalid(
                        Subscriptions.MAX
                                + " decisions count already; move lasting ones to the lists (pending export), and let others end");
            }
            Instant moment = ledger.momentFor(ask.get(), now);
            return order.isApproval() && fourEyes
                    ? second(order, ask.get(), moment)
                    : decided(
                            order,
                            ask.get(),
                            List.of(new Decider(order.actor(), moment)),
                            order.end(ask.get(), now),
                            moment);
        }
    }

    private Outcome second(Order order, Ask ask, Instant now) {
        Proposal own = new Proposal(new Decider(order.actor(), now), order.end(ask, now), order.comment());
        Optional<Proposal> other = proposals.byAnother(ask, order.actor(), now);
        if (other.isEmpty()) {
            proposals.make(ask, own);
            ledger.changes.made(Topic.proposal(ask));
            return new Outcome.NeedsAnother(waiting(order.number(), ask, now));
        }
        // Neither of them gives more than the other has agreed to.
        Optional<Instant> end = Stream.concat(own.until().stream(), other.get().until().stream())
                .min(Instant::compareTo);
        return decided(order, ask, List.of(other.get().by(), own.by()), end, now);
    }

    private Outcome decided(Order order, Ask ask, List<Decider> by, Optional<Instant> end, Instant now) {
        Subscription subscription = new Subscription(
                pending.find(ask).map(Pending::number).orElse(order.number()),
                ask,
                order.decision(),
                by,
                end,
                order.comment(),
                ledger.basis(ask));
        ledger.decide(subscription, now);
        return new Outcome.Decided(subscription);
    }

    private Pending waiting(long number, Ask ask, Instant now) {
        return withProposals(
                pending.find(ask).orElseGet(() -> new Pending(number, ask, new Seen("", "", now, now, 0))));
    }

    private Pending withProposals(Pending each) {
        return new Pending(
                each.number(),
                each.ask(),
                each.seen(),
                each.also(),
                proposals.of(each.ask()).stream().toList());
    }

    /** Who waits, by number. */
    public List<Pending> pending() {
        synchronized (lock) {
            return pending.all().stream().map(this::withProposals).toList();
        }
    }

    /** What was decided and counts, by number. */
    public List<Subscription> subscriptions() {
        synchronized (lock) {
            return subscriptions.all(ledger.clock.instant());
        }
    }

    /** Lets go of what has ended, and of who has given up. */
    void tidy() {
        Instant now = ledger.clock.instant();
        synchronized (lock) {
            subscriptions.tidy(now);
            pending.removeOlder(now.minus(FORGOTTEN).toEpochMilli(), proposals::has);
            // One may have ended, or have been for a decision that was to be changed, and has ended.
            proposals.all().stream()
                    .filter(each -> !each.proposal().countsAt(now)
                            || (pending.find(each.ask()).isEmpty()
                                    && subscriptions.of(each.ask(), now).isEmpty()))
                    .forEach(each -> {
                        proposals.remove(each.ask());
                        ledger.changes.made(Topic.proposal(each.ask()));
                    });
        }
    }

    Contents contents() {
        synchronized (lock) {
            return new Contents(ledger.numbers.beyondAll(), pending.all(), subscriptions.known(), proposals.all());
        }
    }

    /** How many wait now. */
    long waiting() {
        return pending.size();
    }

    /** How many decisions, and halves of ones, other replicas have not heard of. */
    long untold() {
        synchronized (lock) {
            return ledger.changes.untold();
        }
    }

    /** Whether numbers come from what replicas share. */
    boolean sharesNumbers() {
        synchronized (lock) {
            return ledger.numbers.isShared();
        }
    }

    /** How many have been replaced on the list by others since start. */
    long replaced() {
        return pending.replaced();
    }

    /** How many requests of newcomers found the list full since start. */
    long leftOut() {
        return pending.leftOut();
    }
}
