package io.countersign.gateway.approval;

import io.countersign.gateway.approval.Pending.Seen;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongPredicate;

/**
 * Callers who wait, each once for what it asks for. {@link #again} is safe from any thread and takes no lock, since a caller that waits
 * asks over and over; all else is done under the lock of {@link Approvals}.
 *
 * <p>The list is bounded. When it is full, a newcomer replaces one that has been quiet, then one that has asked only once, then the one
 * that has asked longest ago; a network that has an eighth of the places replaces its own. Only {@value #MAX_REPLACED} a second are
 * replaced, so a flood costs little, and those who ask again and again stay.
 */
final class PendingCallers {
    static final int MAX_REPLACED = 100;

    private static final long QUIET_MILLIS = 15 * 60_000;
    private static final int CROWD_SHARE = 8;

    private final Map<Ask, Entry> entries = new ConcurrentHashMap<>();
    private final Map<Long, Entry> byNumber = new HashMap<>();
    private final Map<String, Integer> crowds = new HashMap<>();
    private final AtomicLong replaced = new AtomicLong();
    private final LongAdder leftOut = new LongAdder();
    private long second;
    private int replacedInSecond;

    private static final class Entry {
        private final long number;
        private final Ask ask;
        private final String crowd;
        private final long first;
        private final LongAdder count = new LongAdder();
        private volatile long last;
        private volatile Request request;

        Entry(long number, Ask ask, Request request, long first) {
            this.number = number;
            this.ask = ask;
            this.crowd = Crowd.of(ask.caller());
            this.first = first;
            this.last = first;
            this.request = request;
        }
    }

    /**
     * A request of a caller who waits.
     *
     * @param text method and path, bounded
     * @param knownBy how the caller's address was learnt
     */
    record Request(String text, String knownBy) {}

    /** Counts another request of a caller who waits already, and returns its number; empty for a newcomer. */
    OptionalLong again(Ask ask, Request request, long now) {
        Entry entry = entries.get(ask);
        if (entry == null) {
            return OptionalLong.empty();
        }
        entry.count.increment();
        entry.last = now;
        entry.request = request;
        return OptionalLong.of(entry.number);
    }

    /** How often the caller has asked. */
    long count(Ask ask) {
        Entry entry = entries.get(ask);
        return entry == null ? 0 : entry.count.sum();
    }

    /**
     * Takes in a newcomer. False when the list is full, and nobody may be replaced.
     *
     * @param stays numbers that are never replaced
     */
    boolean add(Pending newcomer, int max, LongPredicate stays, long now) {
        if (entries.size() >= max && !makeRoom(newcomer.ask(), max, stays, now)) {
            leftOut.increment();
            return false;
        }
        Seen seen = newcomer.seen();
        Entry entry = new Entry(
                newcomer.number(),
                newcomer.ask(),
                new Request(seen.request(), seen.knownBy()),
                seen.first().toEpochMilli());
        entry.last = seen.last().toEpochMilli();
        entry.count.add(seen.count());
        entries.put(entry.ask, entry);
        byNumber.put(entry.number, entry);
        crowds.merge(entry.crowd, 1, Integer::sum);
        return true;
    }

    private boolean makeRoom(Ask newcomer, int max, LongPredicate stays, long now) {
        if (now / 1000 != second) {
            second = now / 1000;
            replacedInSecond = 0;
        }
        if (replacedInSecond >= MAX_REPLACED) {
            return false;
        }
        String crowd = Crowd.of(newcomer.caller());
        boolean crowded = crowds.getOrDefault(crowd, 0) >= Math.max(1, max / CROWD_SHARE);
        Optional<Entry> first = entries.values().stream()
                .filter(entry -> !stays.test(entry.number) && (!crowded || entry.crowd.equals(crowd)))
                .min(Comparator.<Entry>comparingInt(entry -> rank(entry, now)).thenComparingLong(entry -> entry.last));
        first.ifPresent(entry -> {
            remove(entry);
            replacedInSecond++;
            replaced.incrementAndGet();
        });
        return first.isPresent();
    }

    /** Who goes first. */
    private static int rank(Entry entry, long now) {
        if (now - entry.last >= QUIET_MILLIS) {
            return 0;
        }
        return entry.count.sum() <= 1 ? 1 : 2;
    }

    Optional<Ask> ask(long number) {
        return Optional.ofNullable(byNumber.get(number)).map(entry -> entry.ask);
    }

    void remove(long number) {
        Optional.ofNullable(byNumber.get(number)).ifPresent(this::remove);
    }

    private void remove(Entry entry) {
        entries.remove(entry.ask);
        byNumber.remove(entry.number);
        crowds.computeIfPresent(entry.crowd, (crowd, size) -> size > 1 ? size - 1 : null);
    }

    /** Lets go of who has not asked since. */
    void removeOlder(long millis, LongPredicate stays) {
        List<Entry> old = entries.values().stream()
                .filter(entry -> entry.last < millis && !stays.test(entry.number))
                .toList();
        old.forEach(this::remove);
    }

    /** All of them, by number. */
    List<Pending> all() {
        Collection<Entry> now = new ArrayList<>(byNumber.values());
        return now.stream()
                .sorted(Comparator.comparingLong(entry -> entry.number))
                .map(PendingCallers::shown)
                .toList();
    }

    Optional<Pending> find(long number) {
        return Optional.ofNullable(byNumber.get(number)).map(PendingCallers::shown);
    }

    private static Pending shown(Entry entry) {
        Request request = entry.request;
        return new Pending(
                entry.number,
                entry.ask,
                new Seen(
                        request.text,
                        request.knownBy,
                        Instant.ofEpochMilli(entry.first),
                        Instant.ofEpochMilli(entry.last),
                        entry.count.sum()),
                List.of());
    }

    int size() {
        return entries.size();
    }

    /** How many have been replaced by others since start. */
    long replaced() {
        return replaced.get();
    }

    /** How many requests of newcomers found the list full since start. */
    long leftOut() {
        return leftOut.sum();
    }
}
