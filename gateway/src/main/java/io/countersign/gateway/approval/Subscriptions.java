package io.countersign.gateway.approval;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was decided, while it counts; and for {@value #MEMORY_DAYS} days more, so that a replica that comes back with an older decision on
 * the same caller does not bring that back to life. {@link #of} is safe from any thread and takes no lock; all else is done under the lock of
 * {@link Approvals}.
 */
final class Subscriptions {
    /** As long as an address can be approved. */
    static final int MEMORY_DAYS = 30;

    /** As many as a person could decide on in years; each takes half a KiB. */
    static final int MAX = 10_000;

    private final Map<Ask, Subscription> decided = new ConcurrentHashMap<>();

    /** Those that were decided by this process last. */
    private final Set<Ask> own = new HashSet<>();

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

    /** The last decision, even if it has ended. */
    Optional<Subscription> known(Ask ask) {
        return Optional.ofNullable(decided.get(ask));
    }

    boolean hasRoom(Ask ask, Instant now) {
        if (decided.size() >= MAX && !decided.containsKey(ask)) {
            decided.values().removeIf(each -> !each.countsAt(now));
        }
        return decided.size() < MAX || decided.containsKey(ask);
    }

    void put(Subscription subscription) {
        decided.put(subscription.ask(), subscription);
        own.remove(subscription.ask());
    }

    /** The last decision on it was made by this process. */
    void own(Ask ask) {
        own.add(ask);
    }

    boolean isOwn(Ask ask) {
        return own.contains(ask);
    }

    /** Lets go of what ended long ago. */
    void tidy(Instant now) {
        Instant then = now.minus(Duration.ofDays(MEMORY_DAYS));
        decided.values().removeIf(each -> !each.countsAt(then));
        own.retainAll(decided.keySet());
    }

    /** All that are known, by number. */
    List<Subscription> known() {
        return decided.values().stream()
                .sorted(Comparator.comparingLong(Subscription::number))
                .toList();
    }

    /** All that count, by number. */
    List<Subscription> all(Instant now) {
        return decided.values().stream()
                .filter(each -> each.countsAt(now))
                .sorted(Comparator.comparingLong(Subscription::number))
                .toList();
    }
}
