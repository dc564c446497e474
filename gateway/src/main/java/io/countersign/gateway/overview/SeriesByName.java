package io.countersign.gateway.overview;

import io.countersign.proxy.exchange.ExchangeRecord;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** A bounded number of series: what comes when there is no more room is counted together. */
final class SeriesByName {
    /** Stands for all those without a series of their own. */
    static final String OTHER = "other";

    private final int max;
    private final Map<String, Series> byName = new ConcurrentHashMap<>();

    SeriesByName(int max) {
        this.max = max;
    }

    /** From any thread. */
    void add(String name, ExchangeRecord exchange) {
        Series series = byName.get(name);
        if (series == null) {
            series = made(name);
        }
        series.counter.add(exchange);
    }

    private synchronized Series made(String name) {
        String with = byName.containsKey(name) || byName.size() < max ? name : OTHER;
        return byName.computeIfAbsent(with, absent -> new Series());
    }

    void advance(long number, boolean counting) {
        byName.values().forEach(series -> series.advance(number, counting));
    }

    /** Lets go of those that were quiet for as long as they remember: they have nothing to show. */
    void makeRoom() {
        byName.values().removeIf(Series::isQuiet);
    }

    /** All of them by name. */
    Map<String, Series> all() {
        return new TreeMap<>(byName);
    }
}
