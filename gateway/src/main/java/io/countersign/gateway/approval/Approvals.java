package io.countersign.gateway.approval;

import io.countersign.gateway.approval.Pending.Proposal;
import io.countersign.gateway.approval.Pending.Seen;
import io.countersign.gateway.approval.PendingCallers.Request;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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

    private final Clock clock;
    private final Events events;
    private final Object lock = new Object();
    private final PendingCallers pending = new PendingCallers();
    private final Subscriptions subscriptions = new Subscriptions();
    private final Proposals proposals = new Proposals();
    private volatile int maxPending;
    private long next;

    /** Hears of changes, at once and under the lock: must only take note. */
    interface Events {
        /** Of nothing. */
        Events NONE = new Events() {
            @Override
            public void newcomer(Pending pending) {}

            @Override
            public void asked() {}

            @Override
            public void decided() {}
        };

        /** A caller is on the list that was not. */
        void newcomer(Pending pending);

        /** A caller that waits has asked again. */
        void asked();

        /** What was decided has changed. */
        void decided();
    }

    /** All there is, at one moment. */
    record Contents(long next, List<Pending> pending, List<Subscription> subscriptions, Map<Long, Proposal> proposals) {
        /** Of a process that has never run. */
        static final Contents NONE = new Contents(1, List.of(), List.of(), Map.of());
    }

    /** @param contents as a former process has left them */
    Approvals(Clock clock, Events events, int maxPending, Contents contents) {
        this.clock = clock;
        this.events = events;
        this.maxPending = maxPending;
        Instant now = clock.instant();
        contents.subscriptions().stream().limit(Subscriptions.MAX).forEach(subscriptions::put);
        // A crash between two files may have left a caller in both.
        contents.pending().stream()
                .filter(each -> subscriptions.of(each.ask(), now).isEmpty())
                .forEach(each -> pending.add(each, maxPending, contents.proposals()::containsKey, now.toEpochMilli()));
        contents.proposals().forEach(proposals::put);
        subscriptions.removeEnded(now);
        // Whatever the file says, a number that somebody has in hand never comes to mean another caller.
        next = Math.max(
                contents.next(),
                1
                        + Stream.concat(
                                        contents.pending().stream().map(Pending::number),
                                        contents.subscriptions().stream().map(Subscription::number))
                                .mapToLong(Long::longValue)
                                .max()
                                .orElse(0));
    }

    /** Takes effect with the next newcomer. */
    void maxPending(int max) {
        maxPending = max;
    }

    /**
     * How a caller stands; one without a decision is on the list afterwards, if there is room.
     *
     * @param described asked only for the list
     */
    Standing ask(Ask ask, Supplier<Request> described) {
        Instant now = clock.instant();
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
                    new Pending(next, ask, new Seen(request.text(), request.knownBy(), now, now, 1), List.of());
            if (!pending.add(newcomer, maxPending, proposals::has, millis)) {
                return new Standing.NoRoom();
            }
            next++;
            events.newcomer(newcomer);
            return new Standing.Waits(newcomer.number(), 1);
        }
    }

    /** The approval that lets a caller use a route, or call at all; puts nobody on the list. */
    Optional<Subscription> approvalOf(Ask ask) {
        return subscriptions.of(ask, clock.instant()).filter(Subscription::isApproved);
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
        Instant now = clock.instant();
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
            Outcome outcome = order.isApproval() && fourEyes
                    ? second(order, ask.get(), now)
                    : decided(order, ask.get(), List.of(new Decider(order.actor(), now)), order.end(ask.get(), now));
            events.decided();
            return outcome;
        }
    }

    private Outcome second(Order order, Ask ask, Instant now) {
        Proposal own = new Proposal(new Decider(order.actor(), now), order.end(ask, now), order.comment());
        Optional<Proposal> other = proposals.byAnother(order.number(), order.actor(), now);
        if (other.isEmpty()) {
            proposals.put(order.number(), own);
            return new Outcome.NeedsAnother(waiting(order.number(), ask, now));
        }
        // Neither of them gives more than the other has agreed to.
        Optional<Instant> end = Stream.concat(own.until().stream(), other.get().until().stream())
                .min(Instant::compareTo);
        return decided(order, ask, List.of(other.get().by(), own.by()), end);
    }

    private Outcome decided(Order order, Ask ask, List<Decider> by, Optional<Instant> end) {
        Subscription subscription = new Subscription(order.number(), ask, order.decision(), by, end, order.comment());
        // First this, so that a request in between finds one of them.
        subscriptions.put(subscription);
        pending.remove(order.number());
        proposals.remove(order.number());
        return new Outcome.Decided(subscription);
    }

    private Pending waiting(long number, Ask ask, Instant now) {
        return pending.find(number)
                .map(this::withProposals)
                .orElseGet(() -> withProposals(new Pending(number, ask, new Seen("", "", now, now, 0), List.of())));
    }

    private Pending withProposals(Pending each) {
        return new Pending(each.number(), each.ask(), each.seen(), proposals.of(each.number()));
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
            return subscriptions.all(clock.instant());
        }
    }

    /** Lets go of what has ended, and of who has given up. */
    void tidy() {
        Instant now = clock.instant();
        synchronized (lock) {
            subscriptions.removeEnded(now);
            pending.removeOlder(now.minus(FORGOTTEN).toEpochMilli(), proposals::has);
            // One may have been for a decision that was to be changed, and has ended.
            Set<Long> decided =
                    subscriptions.all(now).stream().map(Subscription::number).collect(Collectors.toSet());
            proposals.retain(number -> pending.ask(number).isPresent() || decided.contains(number));
        }
    }

    Contents contents() {
        synchronized (lock) {
            return new Contents(next, pending.all(), subscriptions.all(clock.instant()), proposals.all());
        }
    }

    /** How many wait now. */
    long waiting() {
        return pending.size();
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
