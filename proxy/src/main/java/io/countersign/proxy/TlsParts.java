package io.countersign.proxy;

import io.countersign.proxy.listen.ListenerConfig;
import io.countersign.proxy.listen.tls.Handshakes;
import io.countersign.proxy.listen.tls.TlsFailures;
import io.countersign.proxy.listen.tls.TlsGate;
import io.countersign.proxy.metrics.Metrics;
import io.countersign.proxy.net.TlsThreads;
import io.countersign.proxy.settings.ProxyConfig;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** What TLS needs on either side: the threads that compute handshakes; those of clients also have limits, and fail in many ways. */
final class TlsParts implements AutoCloseable {
    private final TlsThreads threads = new TlsThreads("countersign-client-tls");
    private final TlsThreads upstream = new TlsThreads("countersign-tls");
    private final TlsFailures failures = new TlsFailures();
    private final Handshakes handshakes;

    /** @param connections that may be served, in force at a moment */
    TlsParts(IntSupplier connections) {
        handshakes = new Handshakes(threads, connections);
    }

    /** Compute handshakes with upstreams. */
    Executor upstreamThreads() {
        return upstream;
    }

    /** Of one listener; empty where it takes plain HTTP. */
    Optional<TlsGate> gate(ListenerConfig listener) {
        return listener.tls().map(tls -> new TlsGate(listener.bind().toString(), tls, handshakes, failures));
    }

    /** @param config in force at a moment */
    void watchBy(Metrics metrics, Listeners listeners, Supplier<ProxyConfig> config) {
        metrics.watchTls(
                failures::counts,
                handshakes::pending,
                listeners::certificateEnds,
                () -> clientCertificateEnds(config.get()));
    }

    private static Map<String, Instant> clientCertificateEnds(ProxyConfig config) {
        Map<String, Instant> ends = new TreeMap<>();
        config.routes()
                .forEach(route -> route.upstream()
                        .transport()
                        .identity()
                        .ifPresent(own -> ends.put(
                                route.name(), own.certificate().getNotAfter().toInstant())));
        return ends;
    }

    @Override
    public void close() {
        threads.close();
        upstream.close();
    }
}
