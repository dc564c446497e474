package io.countersign.proxy.limit;

/**
 * Bounds of the whole process.
 *
 * @param connections client connections open at once; past it a new one is answered 503 and closed
 * @param inFlight exchanges that hold an upstream connection or wait for one; further ones wait, first come first served
 * @param body default for a route's largest request body, bytes
 * @param buffered bytes of request bodies held in memory at once, all routes together
 * @param lists bytes of address lists, those in force and those being read
 * @param eventLoops threads that move data; takes effect at start
 */
public record LimitsConfig(
        int connections, int inFlight, long body, long buffered, long lists, MessageLimits message, int eventLoops) {

    /** What these limits need of memory. */
    public MemoryPlan plan() {
        return new MemoryPlan(
                connections,
                inFlight,
                body,
                buffered,
                lists,
                new Asked.Message(
                        message.maxHeaderBytes(),
                        message.maxHeaders(),
                        eventLoops,
                        message.preamble(),
                        message.aside()));
    }
}
