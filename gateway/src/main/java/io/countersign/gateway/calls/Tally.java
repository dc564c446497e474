package io.countersign.gateway.calls;

import io.countersign.proxy.exchange.ExchangeRecord;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** How often something was seen, and when last. Any thread adds. */
public final class Tally {
    private final LongAdder calls = new LongAdder();
    private final LongAdder denied = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final long firstMillis;
    private volatile Last last;

    /** @param ruling what was said of the last call */
    private record Last(long millis, Optional<Ruling> ruling, Optional<String> route) {}

    Tally(long nowMillis) {
        firstMillis = nowMillis;
        last = new Last(nowMillis, Optional.empty(), Optional.empty());
    }

    void add(ExchangeRecord exchange, Optional<Ruling> ruling, boolean isFailed) {
        calls.increment();
        if (ruling.isPresent() && ruling.get().decision() == Ruling.Decision.DENIED) {
            denied.increment();
        }
        if (isFailed) {
            failed.increment();
        }
        bytes.add(exchange.outcome().requestBytes());
        last = new Last(exchange.timings().startMillis(), ruling, exchange.route());
    }

    public long calls() {
        return calls.sum();
    }

    /** Those that rules turned away. */
    public long denied() {
        return denied.sum();
    }

    /** Those that did not get what they wanted. */
    public long failed() {
        return failed.sum();
    }

    /** Of request bodies. */
    public long requestBytes() {
        return bytes.sum();
    }

    public long firstMillis() {
        return firstMillis;
    }

    public long lastMillis() {
        return last.millis;
    }

    /** What the rules said of the last call. */
    public Optional<Ruling> ruling() {
        return last.ruling;
    }

    /** The route of the last call. */
    public Optional<String> route() {
        return last.route;
    }
}
