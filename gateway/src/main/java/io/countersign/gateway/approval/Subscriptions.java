package io.countersign.gateway.approval;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was decided, while it counts. {@link #of} is safe from any thread and takes no lock; all else is done under the lock of
 * {@link Approvals}.
 */
final class Subscriptions {
    /** As many as a person could decide on in years; each takes half a KiB. */
    static final int MAX = 10_000;

    private final Map<Ask, Subscription> decided = new ConcurrentHashMap<>();

    /** The decision that counts at that moment. */
    Optional<Subscription> of(Ask ask, Instant now) {
        Subscription subscription = decided.get(ask);
        return subscription != null && subscription.countsAt(now) ? Optional.of(subscription) : Optional.empty();
    }

    Optional<Subscription> find(long number, Instant now) {
        return decided.values().stream()
                .filter(each -> each.number() == number && each.countsAt(now))
                .findFirst();
    }

    boolean hasRoom(Ask ask, Instant now) {
        if (decided.size() >= MAX) {
            removeEnded(now);
        }
        return decided.size() < MAX || decided.containsKey(ask);
    }

    void put(Subscription subscription) {
        decided.put(subscription.ask(), subscription);
    }

    void removeEnded(Instant now) {
        decided.values().removeIf(each -> !each.countsAt(now));
    }

    /** All that count, by number. */
    List<Subscription> all(Instant now) {
        return decided.values().stream()
                .filter(each -> each.countsAt(now))
                .sorted(Comparator.comparingLong(Subscription::number))
                .toList();
    }
}
