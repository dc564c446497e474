package io.countersign.gateway.calls;

import io.countersign.proxy.access.Rule;
import io.countersign.proxy.accesslog.CallLine;
import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.exchange.ExchangeRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Hears of every exchange, and keeps what the console shows: adding costs an event loop a few counters and one small object, and never
 * a lock that somebody else may hold for long.
 */
public final class Calls implements ExchangeObserver {
    private static final int MAX_CALLERS = 1024;
    private static final int MAX_RULES = 4096;
    private static final int SHARE_BITS = 20;

    private volatile RecentCalls recent;
    private volatile boolean watched;
    private final Tallies<CountedCaller> callers = new Tallies<>(MAX_CALLERS);
    private final Tallies<CountedRule> rules = new Tallies<>(MAX_RULES);

    /** @param first number of the first call */
    public Calls(long first) {
        recent = new RecentCalls(1, RecentCalls.MAX_BYTES, first);
    }

    /**
     * Whose numbers are past those of every process before: seconds since the epoch, times a million or so. A process ends long before it has
     * used up its share, and scripts can count with them, since they are below 2^53.
     */
    public static Calls since(Instant start) {
        return new Calls(start.getEpochSecond() << SHARE_BITS);
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

    /** From now on it keeps and counts; before, it does nothing. */
    public void watch(int keep) {
        if (recent.keep() != keep) {
            recent = recent.resized(keep);
        }
        watched = true;
    }

    @Override
    public void finished(ExchangeRecord exchange) {
        if (!watched) {
            return;
        }
        Optional<Ruling> ruling = exchange.verdict().map(Ruling::of);
        long now = exchange.timings().startMillis();
        int status = exchange.outcome().response().status();
        boolean failed =
                status >= 400 || status == 0 || !exchange.outcome().response().complete();
        recent.add(number -> RecentCall.of(number, exchange));
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
     * Searches for calls, the newest first.
     *
     * @param before only those with a smaller number
     * @param max how many at most
     */
    public FoundCalls find(CallFilter wanted, long before, int max) {
        CallLine writer = new CallLine();
        List<String> lines = new ArrayList<>();
        List<RecentCall> found = recent.before(
                before,
                call -> {
                    String line = writer.of(call.number(), call.call());
                    return wanted.wants(line) && lines.add(line);
                },
                max);
        return new FoundCalls(
                lines, found.size() == max ? OptionalLong.of(found.get(max - 1).number()) : OptionalLong.empty());
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
