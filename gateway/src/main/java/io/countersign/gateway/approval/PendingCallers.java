package io.countersign.gateway.approval;

import io.countersign.gateway.approval.Pending.Seen;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Callers who wait, each once for what it asks for. {@link #again} is safe from any thread and takes no lock, since a caller that waits
 * asks over and over; all else is done under the lock of {@link Ledger}.
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
    private final NavigableMap<Long, Entry> byNumber = new TreeMap<>();
    private final Map<String, Integer> crowds = new HashMap<>();
    private final AtomicLong replaced = new AtomicLong();
    private final LongAdder leftOut = new LongAdder();
    private Consumer<Ask> removed = ask -> {};
    private long second;
    private int replacedInSecond;

    private static final class Entry {
        private final Ask ask;
        private final String crowd;
        private final LongAdder count = new LongAdder();
        private volatile long number;
        private volatile long first;
        private volatile long last;

        /** Of the requests counted, those that all replicas know of. */
        private long told;

        private Set<Long> also = Set.of();
        private volatile Request request;

        Entry(Pending newcomer) {
            Seen seen = newcomer.seen();
            this.number = newcomer.number();
            this.ask = newcomer.ask();
            this.crowd = Crowd.of(ask.caller());
            this.first = seen.first().toEpochMilli();
            this.last = seen.last().toEpochMilli();
            this.request = new Request(seen.request(), seen.knownBy());
            this.count.add(seen.count());
            this.also = Set.copyOf(newcomer.also());
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
     * @param stays those that are never replaced
     */
    boolean add(Pending newcomer, int max, Predicate<Ask> stays, long now) {
        if (entries.size() >= max && !makeRoom(newcomer.ask(), max, stays, now)) {
            leftOut.increment();
            return false;
        }
        put(new Entry(newcomer));
        return true;
    }

    private void put(Entry entry) {
        entries.put(entry.ask, entry);
        byNumber.put(entry.number, entry);
        entry.also.forEach(number -> byNumber.putIfAbsent(number, entry));
        crowds.merge(entry.crowd, 1, Integer::sum);
    }

    private boolean makeRoom(Ask newcomer, int max, Predicate<Ask> stays, long now) {
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
                .filter(entry -> !stays.test(entry.ask) && (!crowded || entry.crowd.equals(crowd)))
                .min(Comparator.<Entry>comparingInt(entry -> rank(entry, now)).thenComparingLong(entry -> entry.last));
        first.ifPresent(entry -> {
            remove(entry);
            replacedInSecond++;
            replaced.incrementAndGet();
            removed.accept(entry.ask);
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

    void remove(Ask ask) {
        Optional.ofNullable(entries.get(ask)).ifPresent(this::remove);
    }

    private void remove(Entry entry) {
        entries.remove(entry.ask);
        byNumber.remove(entry.number, entry);
        entry.also.forEach(number -> byNumber.remove(number, entry));
        crowds.computeIfPresent(entry.crowd, (crowd, size) -> size > 1 ? size - 1 : null);
    }

    /** Lets go of who has not asked since. */
    void removeOlder(long millis, Predicate<Ask> stays) {
        List<Entry> old = entries.values().stream()
                .filter(entry -> entry.last < millis && !stays.test(entry.ask))
                .toList();
        old.forEach(entry -> {
            remove(entry);
            removed.accept(entry.ask);
        });
    }

    /** Hears of those who were replaced or forgotten. */
    void onRemoved(Consumer<Ask> hearing) {
        removed = hearing;
    }

    /** Takes in one that another replica knows; one that only this replica knows gives way. False when the list is full of others. */
    boolean adopt(Pending known, int max) {
        if (entries.size() >= max) {
            Optional<Entry> own = entries.values().stream()
                    .filter(entry -> entry.told == 0)
                    .min(Comparator.comparingLong(entry -> entry.last));
            if (own.isEmpty()) {
                return false;
            }
            remove(own.get());
            replaced.incrementAndGet();
        }
        Entry entry = new Entry(known);
        entry.told = known.seen().count();
        put(entry);
        return true;
    }

    /** Adds what another replica knows of one that is here. */
    void merge(Pending known) {
        Entry entry = entries.get(known.ask());
        Seen seen = known.seen();
        entry.count.add(seen.count() - entry.told);
        entry.told = seen.count();
        entry.first = Math.min(entry.first, seen.first().toEpochMilli());
        if (seen.last().toEpochMilli() > entry.last) {
            entry.last = seen.last().toEpochMilli();
            entry.request = new Request(seen.request(), seen.knownBy());
        }
        Set<Long> all = new TreeSet<>(entry.also);
        all.addAll(known.also());
        all.add(known.number());
        all.add(entry.number);
        number(entry, Math.min(entry.number, known.number()), all);
    }

    /** Gives it another number in place of its own, which is another caller's. */
    void renumber(Ask ask, long number) {
        Optional.ofNullable(entries.get(ask)).ifPresent(entry -> number(entry, number, entry.also));
    }

    private void number(Entry entry, long number, Set<Long> all) {
        byNumber.remove(entry.number, entry);
        entry.number = number;
        entry.also = all.stream()
                .filter(each -> each != number)
                .sorted()
                .limit(ApprovalLine.MAX_ALSO)
                .collect(Collectors.toUnmodifiableSet());
        byNumber.put(number, entry);
        entry.also.forEach(each -> byNumber.putIfAbsent(each, entry));
    }

    boolean hasUntold(Ask ask) {
        Entry entry = entries.get(ask);
        return entry != null && entry.count.sum() != entry.told;
    }

    /** There is no room for it anywhere. */
    void leaveOut(Ask ask) {
        remove(ask);
        leftOut.increment();
    }

    /** All replicas know of that many of its requests. */
    void told(Ask ask, long count) {
        Optional.ofNullable(entries.get(ask)).ifPresent(entry -> entry.told = count);
    }

    /** Those with requests that other replicas do not know of, by number, after that one. */
    List<Ask> uncounted(long after, int max) {
        return byNumber.tailMap(after, false).entrySet().stream()
                .filter(each -> each.getKey() == each.getValue().number
                        && each.getValue().count.sum() != each.getValue().told)
                .limit(max)
                .map(each -> each.getValue().ask)
                .toList();
    }

    /** All of them, by number. */
    List<Pending> all() {
        return List.copyOf(entries.values()).stream()
                .sorted(Comparator.comparingLong(entry -> entry.number))
                .map(PendingCallers::shown)
                .toList();
    }

    Optional<Pending> find(Ask ask) {
        return Optional.ofNullable(entries.get(ask)).map(PendingCallers::shown);
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
                List.copyOf(new TreeSet<>(entry.also)),
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
