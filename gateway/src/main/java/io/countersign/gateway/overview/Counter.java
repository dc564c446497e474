package io.countersign.gateway.overview;

import io.countersign.proxy.exchange.ExchangeRecord;
import io.countersign.proxy.metrics.DurationBuckets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Counts calls since start. Any thread adds, at the cost of a few adders that no two loops contend for. */
final class Counter {
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongAdder[] adders = new LongAdder[Sums.COUNT];

    Counter() {
        for (int i = 0; i < adders.length; i++) {
            adders[i] = new LongAdder();
        }
    }

    void add(ExchangeRecord exchange) {
        ExchangeRecord.Outcome outcome = exchange.outcome();
        ExchangeRecord.Response response = outcome.response();
        if (response.isAcknowledged()) {
            adders[Sums.ACKNOWLEDGED].increment();
        }
        if (response.status() < 100 || response.status() >= 400) {
            adders[Sums.ERRORS].increment();
        }
        if (outcome.keptData()) {
            adders[Sums.KEPT_DATA].increment();
        }
        if (outcome.held().isPresent()) {
            adders[Sums.HELD].increment();
        }
        adders[Sums.REQUEST_BYTES].add(outcome.requestBytes());
        adders[Sums.RESPONSE_BYTES].add(response.bytes());
        // A WebSocket lasts for hours, and says nothing of how long requests take.
        if (outcome.webSocket().isEmpty()) {
            adders[Sums.DURATIONS + DurationBuckets.of(exchange.timings().total() / NANOS)].increment();
        }
    }

    Sums sums() {
        Sums sums = new Sums();
        for (int i = 0; i < adders.length; i++) {
            sums.add(i, adders[i].sum());
        }
        return sums;
    }
}
