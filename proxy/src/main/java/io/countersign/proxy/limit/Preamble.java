package io.countersign.proxy.limit;

/**
 * What comes before requests on a connection, and takes memory for each of them.
 *
 * @param announced whether any listener takes PROXY headers
 * @param tls whether any listener takes TLS
 */
public record Preamble(boolean announced, boolean tls) {
    /** Requests come at once. */
    public static final Preamble NONE = new Preamble(false, false);
}
