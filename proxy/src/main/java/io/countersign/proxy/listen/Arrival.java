package io.countersign.proxy.listen;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.limit.Seat;

/**
 * A connection as it was judged when it was accepted. Who calls is found out once, here.
 */
public sealed interface Arrival {
    Caller caller();

    /** May be served, each request by the rules then in force. */
    record Admitted(Caller caller, Seat seat) implements Arrival {}

    /** Gets a response that says it is denied, and no more; it takes no place from those who may call. */
    record Denied(Caller caller, Seat seat, Verdict.Denied verdict) implements Arrival {}

    /**
     * Gets a response that says there is no room.
     *
     * @param lingers whether it may be held open until the client has read that; only a bounded number may
     */
    record Refused(Caller caller, boolean lingers) implements Arrival {}
}
