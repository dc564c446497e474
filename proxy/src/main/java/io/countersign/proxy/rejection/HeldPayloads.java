package io.countersign.proxy.rejection;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long each payload of a route has been answered "try again" for a cause that waiting can't cure. An agent sends its
 * queue in order, so a batch that never passes would block everything after it; past the limit its sender gets the true status.
 *
 * <p>Once that has happened, the cause has outlasted the limit, and further payloads get the true status at once: else an agent
 * whose every batch has a series too many would deliver one batch in each such time. Holding begins anew after a pause as long
 * as the limit.
 *
 * <p>Bounded: past {@link #MAX_PAYLOADS} the oldest is forgotten, and its time starts anew. Safe from any thread.
 */
public final class HeldPayloads {
    /** A queue has some ten to two hundred senders, each with one batch under way. */
    static final int MAX_PAYLOADS = 1024;

    private final long limitNanos;
    private final Map<String, Long> since = new LinkedHashMap<>();
    private boolean outlasted;
    private long last;

    /** @param limit how long the same payload is held */
    public HeldPayloads(Duration limit) {
        this.limitNanos = limit.toNanos();
    }

    /**
     * Notes one more such response.
     *
     * @param payloadHash of the request's body, in hex
     * @param nanos of {@link System#nanoTime}
     * @return whether the payload is still to be held
     */
    public synchronized boolean hold(String payloadHash, long nanos) {
        outlasted = outlasted && nanos - last < limitNanos;
        last = nanos;
        if (outlasted) {
            return false;
        }
        Long first = since.get(payloadHash);
        if (first == null) {
            if (since.size() >= MAX_PAYLOADS) {
                Iterator<String> oldest = since.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
            since.put(payloadHash, nanos);
            return limitNanos > 0;
        }
        outlasted = nanos - first >= limitNanos;
        return !outlasted;
    }

    /** Payloads that are held or were given up lately. */
    public synchronized int size() {
        return since.size();
    }
}
