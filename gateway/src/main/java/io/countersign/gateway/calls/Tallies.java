package io.countersign.gateway.calls;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * A bounded number of tallies by a key. Where there is no more room a newcomer goes uncounted, until {@link #makeRoom} has let go of
 * those that have been quiet for longest: that takes time, and is not done while a request waits.
 */
public final class Tallies<K> {
    private final int max;
    private final Map<K, Tally> byKey = new ConcurrentHashMap<>();
    private final AtomicBoolean full = new AtomicBoolean();
    private final LongAdder uncounted = new LongAdder();

    Tallies(int max) {
        this.max = max;
    }

    /** Empty where there is no room. A few more than the limit may get in when several threads add at once. */
    Optional<Tally> of(K key, long nowMillis) {
        Tally tally = byKey.get(key);
        if (tally == null) {
            if (byKey.size() >= max) {
                full.set(true);
                uncounted.increment();
                return Optional.empty();
            }
            tally = byKey.computeIfAbsent(key, absent -> new Tally(nowMillis));
        }
        return Optional.of(tally);
    }

    /** To be called now and then, by one thread. */
    void makeRoom() {
        if (full.getAndSet(false)) {
            byKey.entrySet().stream()
                    .sorted(Comparator.comparingLong(entry -> entry.getValue().lastMillis()))
                    .limit(max / 4)
                    .toList()
                    .forEach(entry -> byKey.remove(entry.getKey()));
        }
    }

    /** The tally of that key, if there is one. */
    public Optional<Tally> find(K key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /** All of them, at a moment. */
    public List<Map.Entry<K, Tally>> all() {
        return List.copyOf(byKey.entrySet());
    }

    /** Calls, since start, that are in no tally because there was no room. */
    public long uncounted() {
        return uncounted.sum();
    }
}
