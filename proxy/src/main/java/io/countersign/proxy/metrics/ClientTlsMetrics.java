package io.countersign.proxy.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** TLS of client connections, and the certificates that are shown on either side, read at each scrape. */
final class ClientTlsMetrics {
    private final Supplier<Map<String, Long>> failures;
    private final IntSupplier pending;
    private final Supplier<Map<String, Instant>> certificateEnds;
    private final Supplier<Map<String, Instant>> clientCertificateEnds;

    ClientTlsMetrics(
            Supplier<Map<String, Long>> failures,
            IntSupplier pending,
            Supplier<Map<String, Instant>> certificateEnds,
            Supplier<Map<String, Instant>> clientCertificateEnds) {
        this.failures = failures;
        this.pending = pending;
        this.certificateEnds = certificateEnds;
        this.clientCertificateEnds = clientCertificateEnds;
    }

    void register(PrometheusRegistry registry) {
        CounterWithCallback.builder()
                .name("countersign_client_tls_failures_total")
                .help("TLS handshakes of clients that failed, by reason.")
                .labelNames("reason")
                .callback(out -> failures.get().forEach((reason, count) -> out.call(count.doubleValue(), reason)))
                .register(registry);
        GaugeWithCallback.builder()
                .name("countersign_client_tls_handshakes")
                .help("TLS handshakes of clients that are under way.")
                .callback(out -> out.call(pending.getAsInt()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("countersign_listener_certificate_expiry_timestamp_seconds")
                .help("When the certificate of a TLS listener expires.")
                .labelNames("listener")
                .callback(out -> certificateEnds
                        .get()
                        .forEach((listener, end) -> out.call((double) end.getEpochSecond(), listener)))
                .register(registry);
        GaugeWithCallback.builder()
                .name("countersign_route_client_certificate_expiry_timestamp_seconds")
                .help("When the certificate expires that a route shows to its upstream.")
                .labelNames("route")
                .callback(out -> clientCertificateEnds
                        .get()
                        .forEach((route, end) -> out.call((double) end.getEpochSecond(), route)))
                .register(registry);
    }
}
