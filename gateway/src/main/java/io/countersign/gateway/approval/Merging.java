package io.countersign.gateway.approval;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Merges what other replicas know into what is known here. All replicas that have heard the same know the same, in whatever order they
 * have heard it: of two decisions on a caller one counts more, and of what waits the first number and the sum of all requests stay. Safe
 * from any thread.
 */
public final class Merging {
    /**
     * What is known here of a topic.
     *
     * @param text as replicas tell it each other
     * @param numbers by which people speak of it, the one that counts first
     * @param count requests in it
     */
    public record Known(String text, List<Long> numbers, long count) {
        public Known {
            numbers = List.copyOf(numbers);
        }
    }

    private final Ledger ledger;
    private final ApprovalEvents events;
    private final Taking taking;

    Merging(Ledger ledger, ApprovalEvents events) {
        this.ledger = ledger;
        this.events = events;
        this.taking = new Taking(ledger, events);
    }

    /** Runs that when there is something that others have to hear of, under a lock: it must only take note. */
    public void onChange(Runnable wake) {
        synchronized (ledger.lock) {
            ledger.changes.onChange(wake);
        }
    }

    /** Whether there are other replicas. */
    public void shared(boolean others) {
        synchronized (ledger.lock) {
            ledger.numbers.shared(others);
            ledger.changes.kept(others);
        }
    }

    /** Whether the others can be told of changes at this moment. */
    public void telling(boolean now) {
        synchronized (ledger.lock) {
            ledger.changes.telling(now);
        }
    }

    /** What has changed here since the last time. */
    public List<Topic> changed() {
        synchronized (ledger.lock) {
            return ledger.changes.take();
        }
    }

    /** All that is known here. */
    public List<Topic> all() {
        synchronized (ledger.lock) {
            List<Topic> all = new ArrayList<>();
            // First what lets callers in, or keeps them out.
            ledger.subscriptions.known().forEach(each -> all.add(Topic.decision(each.ask())));
            ledger.proposals.all().forEach(each -> all.add(Topic.proposal(each.ask())));
            ledger.pending.all().forEach(each -> all.add(Topic.pending(each.ask())));
            return all;
        }
    }

    /** Callers who wait and have asked more often than others know, by number, after that one. */
    public List<Topic> uncounted(long after, int max) {
        synchronized (ledger.lock) {
            return ledger.pending.uncounted(after, max).stream()
                    .map(Topic::pending)
                    .toList();
        }
    }

    /** What is known here of it; empty: nothing, or it is over. */
    public Optional<Known> known(Topic topic) {
        synchronized (ledger.lock) {
            return switch (topic.kind()) {
                case PENDING ->
                    ledger.pending
                            .find(topic.ask())
                            .map(each -> new Known(
                                    ApprovalLine.of(each),
                                    Stream.concat(Stream.of(each.number()), each.also().stream())
                                            .toList(),
                                    each.seen().count()));
                case DECISION ->
                    ledger.subscriptions
                            .known(topic.ask())
                            .map(each -> new Known(ApprovalLine.of(each), List.of(each.number()), 0));
                case PROPOSAL ->
                    ledger.proposals
                            .of(topic.ask())
                            .map(each ->
                                    new Known(ApprovalLine.of(topic.ask(), each).end(), List.of(), 0));
            };
        }
    }

    /** A caller who waits, for whom it is announced. */
    public Optional<Pending> waiting(Ask ask) {
        synchronized (ledger.lock) {
            return ledger.pending.find(ask);
        }
    }

    /** Takes in what another replica says of a topic. */
    public Taken take(Topic topic, String text) {
        try {
            ApprovalLine line = ApprovalLine.parse(text);
            if (!line.ask().equals(topic.ask())) {
                return Taken.UNUSABLE;
            }
            return switch (topic.kind()) {
                case PENDING -> taking.take(line.pending());
                case DECISION -> taking.take(line.subscription());
                case PROPOSAL -> taking.take(topic.ask(), line.proposal());
            };
        } catch (ApprovalLine.Fault e) {
            return Taken.UNUSABLE;
        }
    }

    /** Another replica has let go of it. */
    public Taken gone(Topic topic) {
        return taking.gone(topic);
    }

    /** The others know that of it. */
    public void told(Topic topic, Optional<Known> known) {
        synchronized (ledger.lock) {
            if (known.equals(known(topic))) {
                ledger.changes.told(topic);
            }
            if (topic.kind() == Topic.Kind.PENDING) {
                known.ifPresent(told -> ledger.pending.told(topic.ask(), told.count()));
            }
        }
    }

    /** Whether the others have heard of all that was decided here on that caller. */
    public boolean isTold(Ask ask) {
        synchronized (ledger.lock) {
            return !ledger.changes.isUntold(Topic.decision(ask)) && !ledger.changes.isUntold(Topic.proposal(ask));
        }
    }

    /** Its number is another caller's, who was known to all before. */
    public void renumber(Topic topic) {
        synchronized (ledger.lock) {
            if (topic.kind() == Topic.Kind.PENDING) {
                ledger.pending.renumber(topic.ask(), ledger.numbers.next());
            } else {
                ledger.subscriptions
                        .known(topic.ask())
                        .ifPresent(each -> ledger.subscriptions.put(each.numbered(ledger.numbers.next())));
            }
            events.heard(topic.kind());
        }
    }

    /** The list of all replicas is full: it is not on it. */
    public void leaveOut(Ask ask) {
        synchronized (ledger.lock) {
            ledger.pending.leaveOut(ask);
        }
    }

    /** How many numbers are to be fetched. */
    public int wantedNumbers() {
        synchronized (ledger.lock) {
            return ledger.numbers.wanted();
        }
    }

    /** Larger than each that is known to have been given. */
    public long beyondAllNumbers() {
        synchronized (ledger.lock) {
            return ledger.numbers.beyondAll();
        }
    }

    /** These were fetched. */
    public void numbers(long first, int count) {
        synchronized (ledger.lock) {
            ledger.numbers.fetched(first, count);
        }
    }

    /** Callers who wait at once, on all replicas together. */
    public int maxPending() {
        return ledger.maxPending;
    }
}
