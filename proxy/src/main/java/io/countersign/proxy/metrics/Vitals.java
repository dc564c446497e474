package io.countersign.proxy.metrics;

/**
 * How full the proxy is at a moment; read when metrics are scraped.
 *
 * @param waiting exchanges waiting for a place in flight or for body budget
 */
public record Vitals(int clientConnections, int inFlight, int waiting, Buffered buffered, Upstreams upstreams) {
    /** Bytes reserved for request bodies now, and how many there may be. */
    public record Buffered(long bytes, long limit) {}

    /** Connections to all upstreams, by what they do. */
    public record Upstreams(int active, int idle, int connecting) {}
}
