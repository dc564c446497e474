package io.countersign.gateway.calls;

import io.countersign.gateway.calls.log.CallFilter;
import io.countersign.gateway.calls.log.CallLog;
import io.countersign.gateway.calls.log.CallSearch;
import io.countersign.gateway.calls.log.FoundCalls;
import io.countersign.gateway.calls.log.Place;
import io.countersign.proxy.access.Rule;
import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.exchange.ExchangeRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Hears of every exchange, keeps what the console shows, and hands calls to their log: adding costs an event loop a few counters and one small object, and never
 * a lock that somebody else may hold for long.
 */
public final class Calls implements ExchangeObserver {
    private static final int MAX_CALLERS = 1024;
    private static final int MAX_RULES = 4096;
    private static final int SHARE_BITS = 10;

    /** Read by one search, unpacked: about a second. */
    private static final long MAX_SEARCH = 256L << 20;

    private volatile RecentCalls recent;
    private volatile boolean watched;
    private volatile Optional<CallLog> log = Optional.empty();
    private final Semaphore searching = new Semaphore(1);
    private final Tallies<CountedCaller> callers = new Tallies<>(MAX_CALLERS);
    private final Tallies<CountedRule> rules = new Tallies<>(MAX_RULES);

    /** @param first number of the first call */
    public Calls(long first) {
        recent = new RecentCalls(1, RecentCalls.MAX_BYTES, first);
    }

    /**
     * Whose numbers are past those of every process before: milliseconds since the epoch, times a thousand or so. A process ends long before it has
     * used up its share, and scripts can count with them, since they are below 2^53.
     */
    public static Calls since(Instant start) {
        return new Calls(start.toEpochMilli() << SHARE_BITS);
    }

    /**
     * A rule that decided.
     *
     * @param place file and line, setting, or {@code default}
     * @param text as it acts: an edit of its file may move another rule to its place
     */
    public record CountedRule(String place, String text) {
        /** Whether no entry decided, but what applies where none does. */
        public boolean isDefault() {
            return place.equals(Rule.DEFAULT);
        }
    }

    /** From now on it keeps and counts. */
    public void watch(int keep) {
        if (recent.keep() != keep) {
            recent = recent.resized(keep);
        }
        watched = true;
    }

    /** From now on calls are written to disk. */
    void log(CallLog to) {
        log = Optional.of(to);
    }

    @Override
    public void finished(ExchangeRecord exchange) {
        Optional<CallLog> to = log;
        if (!watched && to.isEmpty()) {
            return;
        }
        RecentCall call = recent.add(number -> RecentCall.of(number, exchange));
        if (to.isPresent()) {
            to.get().offer(call.number(), call.call(), call.bytes());
        }
        if (watched) {
            count(exchange);
        }
    }

    private void count(ExchangeRecord exchange) {
        Optional<Ruling> ruling = exchange.verdict().map(Ruling::of);
        long now = exchange.timings().startMillis();
        int status = exchange.outcome().response().status();
        boolean failed =
                status >= 400 || status == 0 || !exchange.outcome().response().complete();
        callers.of(CountedCaller.of(exchange.caller()), now).ifPresent(tally -> tally.add(exchange, ruling, failed));
        ruling.flatMap(by -> rules.of(new CountedRule(by.rule(), by.text()), now))
                .ifPresent(tally -> tally.add(exchange, ruling, failed));
    }

    /** To be called now and then, by one thread: lets go of what has been quiet for longest where there is no room. */
    public void makeRoom() {
        callers.makeRoom();
        rules.makeRoom();
    }

    /**
     * Searches for calls, the newest first: in memory, then on the disk.
     *
     * @param max how many at most
     * @return empty where the disk would have to be searched, and somebody else does that now
     */
    public Optional<FoundCalls> find(CallFilter wanted, Place from, int max) throws IOException {
        if (from.file().isPresent()) {
            return onDisk(wanted, from, max);
        }
        MemorySearch memory = new MemorySearch(wanted, recent);
        FoundCalls found = memory.find(from.before(), max);
        if (found.next().isPresent() || log.isEmpty()) {
            return Optional.of(found);
        }
        return onDisk(wanted, memory.rest(), max - found.lines().size()).map(found::and);
    }

    private Optional<FoundCalls> onDisk(CallFilter wanted, Place from, int max) throws IOException {
        if (log.isEmpty()) {
            return Optional.of(FoundCalls.NONE);
        }
        if (!searching.tryAcquire()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new CallSearch(log.get().files(), wanted).find(from, max, MAX_SEARCH));
        } finally {
            searching.release();
        }
    }

    public RecentCalls recent() {
        return recent;
    }

    public Tallies<CountedCaller> callers() {
        return callers;
    }

    public Tallies<CountedRule> rules() {
        return rules;
    }
}
