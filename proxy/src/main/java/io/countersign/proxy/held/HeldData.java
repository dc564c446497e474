package io.countersign.proxy.held;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.exchange.ExchangeObserver;
import io.countersign.proxy.exchange.ExchangeRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Knows which senders hold data back: those whose last request got no answer of the upstream's, but the word to keep the data. While
 * nobody does, a request costs it nothing. Safe from any thread.
 */
public final class HeldData implements ExchangeObserver {
    static final int MAX = 1024;

    /** Room of their own for those who are refused before their request is looked at: anyone can be among them. */
    static final int MAX_REFUSED = 128;

    private final HeldRuns runs = new HeldRuns(MAX);
    private final HeldRuns refused = new HeldRuns(MAX_REFUSED);

    @Override
    public void finished(ExchangeRecord exchange) {
        ExchangeRecord.Outcome outcome = exchange.outcome();
        if (outcome.held().isPresent()) {
            (isRefused(outcome) ? refused : runs)
                    .failed(
                            key(exchange),
                            outcome.held().get(),
                            exchange.timings().startMillis());
        } else if (isTaken(outcome.response()) && (!runs.isEmpty() || !refused.isEmpty())) {
            HeldRuns.Key key = key(exchange);
            runs.ended(key);
            refused.ended(key);
        }
    }

    /** The upstream has taken it, or has said for good that it does not. */
    private static boolean isTaken(ExchangeRecord.Response response) {
        return !response.own() && response.status() >= 200 && response.status() < 500;
    }

    private static boolean isRefused(ExchangeRecord.Outcome outcome) {
        return outcome.error().filter("http_request_denied"::equals).isPresent();
    }

    private static HeldRuns.Key key(ExchangeRecord exchange) {
        Caller caller = exchange.caller();
        Optional<String> userAgent = exchange.request().userAgent().map(HeldRuns::cut);
        return new HeldRuns.Key(
                Agent.of(userAgent, exchange.request().path()),
                caller.identity().<Object>map(identity -> identity).orElseGet(caller::origin),
                caller.tenant(),
                exchange.route(),
                userAgent);
    }

    /** Who holds data at that moment; somebody who has not tried for ten minutes has given up, or is gone. */
    public List<HeldRun> runs(Instant now) {
        return Stream.concat(runs.all(now), refused.all(now)).toList();
    }

    /** Requests since start that are not in {@link #runs}, since too many senders held data at once. */
    public long uncounted() {
        return runs.uncounted() + refused.uncounted();
    }
}
