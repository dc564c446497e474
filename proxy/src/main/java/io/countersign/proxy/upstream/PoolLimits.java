package io.countersign.proxy.upstream;

/**
 * How many upstream connections the whole process may have beyond those in use, which the places in flight bound.
 *
 * @param connecting being opened at once; some may outlast the exchange that they were begun for, so this is more than the
 *     places
 * @param waiting exchanges that wait for a connection; each has a place, so this is a second line of defence
 * @param idle idle connections to all upstreams
 * @param idlePerUpstream idle connections to one upstream, so that no upstream's burst displaces all others' connections
 */
public record PoolLimits(int connecting, int waiting, int idle, int idlePerUpstream) {
    /** For as many exchanges as may be in flight at once. */
    public static PoolLimits of(int inFlight) {
        return new PoolLimits(2 * inFlight, inFlight, inFlight, Math.max(1, inFlight / 2));
    }
}
