package io.countersign.standin.stats;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The numbers, written from every connection's thread. */
public final class Counters {
    private final EnumMap<Counter, LongAdder> counters = new EnumMap<>(Counter.class);
    private final Map<String, LongAdder> rejected = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> injected = new ConcurrentHashMap<>();

    public Counters() {
        for (Counter counter : Counter.values()) {
            counters.put(counter, new LongAdder());
        }
    }

    public void add(Counter counter, long amount) {
        counters.get(counter).add(amount);
    }

    public void count(Counter counter) {
        add(counter, 1);
    }

    public long get(Counter counter) {
        return counters.get(counter).sum();
    }

    /** A rejection that was answered, commanded or not, by its AWS name. */
    public void countRejected(String type) {
        rejected.computeIfAbsent(type, t -> new LongAdder()).increment();
    }

    /** An effect of a fault that came to bear. */
    public void countInjected(String effect) {
        injected.computeIfAbsent(effect, t -> new LongAdder()).increment();
    }

    public Map<String, Long> rejected() {
        return sums(rejected);
    }

    public Map<String, Long> injected() {
        return sums(injected);
    }

    /** Sets all to zero, but for the connections that are open. */
    public void reset() {
        counters.forEach((counter, adder) -> {
            if (counter != Counter.CONNECTIONS_OPEN) {
                adder.reset();
            }
        });
        rejected.clear();
        injected.clear();
    }

    private static Map<String, Long> sums(Map<String, LongAdder> adders) {
        Map<String, Long> sums = new TreeMap<>();
        adders.forEach((name, adder) -> sums.put(name, adder.sum()));
        return sums;
    }
}
