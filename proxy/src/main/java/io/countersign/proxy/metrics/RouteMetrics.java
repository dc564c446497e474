package io.countersign.proxy.metrics;

import io.countersign.proxy.exchange.ExchangeRecord;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** One route's children of {@link ExchangeMetrics}'s families, looked up once: on the way of a call nothing is allocated. */
final class RouteMetrics {
    private static final double NANOS = 1e9;
    private static final int STATUSES = 600;

    private final ExchangeMetrics families;
    private final String route;

    /** By status; 0 holds what has none. */
    private final AtomicReferenceArray<CounterDataPoint> requests = new AtomicReferenceArray<>(STATUSES);

    private final DistributionDataPoint duration;
    private final DistributionDataPoint wait;
    private final DistributionDataPoint body;
    private final DistributionDataPoint credentials;
    private final DistributionDataPoint connect;
    private final DistributionDataPoint firstByte;
    private final CounterDataPoint requestBytes;
    private final CounterDataPoint responseBytes;
    private final CounterDataPoint resends;
    private final CounterDataPoint incomplete;
    private final CounterDataPoint itemsAccepted;
    private final CounterDataPoint itemsRefused;

    RouteMetrics(ExchangeMetrics families, String route) {
        this.families = families;
        this.route = route;
        duration = families.duration.labelValues(route);
        wait = families.phases.labelValues(route, "wait");
        body = families.phases.labelValues(route, "body");
        credentials = families.phases.labelValues(route, "credentials");
        connect = families.phases.labelValues(route, "connect");
        firstByte = families.phases.labelValues(route, "first_byte");
        requestBytes = families.requestBytes.labelValues(route);
        responseBytes = families.responseBytes.labelValues(route);
        resends = families.resends.labelValues(route);
        incomplete = families.incomplete.labelValues(route);
        itemsAccepted = families.items.labelValues(route, "accepted");
        itemsRefused = families.items.labelValues(route, "refused");
    }

    void add(ExchangeRecord exchange) {
        requests(exchange.status()).inc();
        duration.observe(exchange.totalNanos() / NANOS);
        observe(wait, exchange.waitNanos());
        observe(body, exchange.bodyNanos());
        observe(credentials, exchange.credentialsNanos());
        observe(connect, exchange.connectNanos());
        observe(firstByte, exchange.firstByteNanos());
        requestBytes.inc(exchange.requestBytes());
        responseBytes.inc(exchange.responseBytes());
        if (exchange.itemsAccepted() > 0) {
            itemsAccepted.inc(exchange.itemsAccepted());
        }
        if (exchange.itemsRefused() > 0) {
            itemsRefused.inc(exchange.itemsRefused());
        }
        if (exchange.attempts() > 1) {
            resends.inc(exchange.attempts() - 1);
        }
        if (!exchange.complete()) {
            incomplete.inc();
        }
        if (exchange.rejection() != null) {
            families.rejections.labelValues(route, exchange.rejection()).inc();
        }
        if (exchange.error() != null) {
            families.errors
                    .labelValues(route, families.errorNames.admit(exchange.error()))
                    .inc();
        }
        if (keptData(exchange)) {
            families.keptData
                    .labelValues(route, Integer.toString(exchange.upstreamStatus()))
                    .inc();
        }
    }

    /** A retryable answer of ours in the place of one that would have made the agent drop what it sent. */
    private static boolean keptData(ExchangeRecord exchange) {
        return exchange.ownAnswer()
                && exchange.status() == 503
                && exchange.upstreamStatus() >= 400
                && exchange.upstreamStatus() < 500;
    }

    private static void observe(DistributionDataPoint phase, long nanos) {
        if (nanos >= 0) {
            phase.observe(nanos / NANOS);
        }
    }

    private CounterDataPoint requests(int status) {
        int code = status >= 100 && status < STATUSES ? status : 0;
        CounterDataPoint known = requests.get(code);
        if (known == null) {
            // Racing threads get the same child from the client, so it does not matter whose is kept.
            known = families.requests.labelValues(route, code == 0 ? "none" : Integer.toString(code));
            requests.set(code, known);
        }
        return known;
    }
}
