package io.countersign.proxy.metrics;

import io.countersign.proxy.exchange.ExchangeRecord;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** One route's children of {@link ExchangeMetrics}'s families, looked up once: so nothing is allocated per call. */
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
        ExchangeRecord.Outcome outcome = exchange.outcome();
        ExchangeRecord.Response response = outcome.response();
        ExchangeRecord.UpstreamResult upstream = outcome.upstream();
        requests(response.status()).inc();
        if (outcome.webSocket().isEmpty()) {
            add(exchange.timings(), exchange.request().traceId());
            requestBytes.inc(outcome.requestBytes());
            responseBytes.inc(response.bytes());
        }
        if (upstream.items().accepted() > 0) {
            itemsAccepted.inc(upstream.items().accepted());
        }
        if (upstream.items().refused() > 0) {
            itemsRefused.inc(upstream.items().refused());
        }
        if (upstream.attempts() > 1) {
            resends.inc(upstream.attempts() - 1);
        }
        if (!response.complete()) {
            incomplete.inc();
        }
        upstream.answer()
                .rejection()
                .ifPresent(
                        label -> families.rejections.labelValues(route, label).inc());
        outcome.error()
                .ifPresent(error -> families.errors
                        .labelValues(route, families.errorNames.admit(error))
                        .inc());
        outcome.held()
                .ifPresent(cause -> families.held.labelValues(route, cause).inc());
        if (outcome.keptData()) {
            families.keptData
                    .labelValues(route, Integer.toString(upstream.answer().status()))
                    .inc();
        }
    }

    private void add(ExchangeRecord.Timings timings, Optional<String> traceId) {
        double seconds = timings.total() / NANOS;
        if (traceId.isPresent()) {
            duration.observeWithExemplar(seconds, Labels.of("trace_id", traceId.get()));
        } else {
            duration.observe(seconds);
        }
        observe(wait, timings.waiting());
        observe(body, timings.body());
        observe(credentials, timings.credentials());
        observe(connect, timings.connect());
        observe(firstByte, timings.firstByte());
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
