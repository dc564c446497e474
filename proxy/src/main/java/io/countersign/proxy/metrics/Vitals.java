package io.countersign.proxy.metrics;

/**
 * How full the proxy is at a moment; read when metrics are scraped.
 *
 * @param bufferedBytes bytes reserved for request bodies now, of {@code bufferedLimit}
 * @param waiting exchanges waiting for a place in flight or for body budget
 */
public record Vitals(
        int clientConnections,
        int inFlight,
        int waiting,
        long bufferedBytes,
        long bufferedLimit,
        int upstreamActive,
        int upstreamIdle,
        int upstreamConnecting) {}
