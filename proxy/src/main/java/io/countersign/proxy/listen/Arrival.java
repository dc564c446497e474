package io.countersign.proxy.listen;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.limit.Seat;
import io.netty.channel.Channel;
import java.util.Optional;

/**
 * A connection as it was judged when it was accepted, or once its PROXY header had come. Who calls is found out once, here.
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

    /**
     * Has to say by a PROXY header whom it comes from, and is judged then.
     *
     * @param caller the peer itself
     * @param seat among those that wait for their header
     */
    record Announcing(Caller caller, Seat seat, Gate gate) implements Arrival {}

    /** Where a connection goes on, or ends, that has to say whom it comes from. */
    interface Gate {
        /** Judges the connection by whom its header names. Empty when it is to be closed without a word. */
        Optional<Arrival> announced(Channel channel, Announcing arrival, Caller caller);

        /** Counts a connection that is closed because of its header. */
        void refused(Channel channel, HeaderFault fault);
    }
}
