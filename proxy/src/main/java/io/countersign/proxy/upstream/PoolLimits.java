package io.countersign.proxy.upstream;

/**
 * How many upstream connections the whole process may have beyond those in use, which the places in flight bound. So there
 * are twice as many as places at most, which is what the memory plan reckons with.
 *
 * @param connecting being opened at once; some may outlast the exchange that they were begun for
 * @param waiting exchanges that wait for a connection; each has a place, so this is a second line of defence
 * @param idle idle or being opened, to all upstreams
 * @param idleShare past {@code idle}, an upstream with more idle connections than this gives up its own, so that no upstream's
 *     burst displaces all others' connections. Below {@code idle} it keeps them: under load all connections of a loop fall idle
 *     in one turn and are needed in the next, and each that was closed would cost a handshake, far more than a request
 */
public record PoolLimits(int connecting, int waiting, int idle, int idleShare) {
    /** For as many exchanges as may be in flight at once. */
    public static PoolLimits of(int inFlight) {
        return new PoolLimits(inFlight, inFlight, inFlight, Math.max(1, inFlight / 2));
    }
}
