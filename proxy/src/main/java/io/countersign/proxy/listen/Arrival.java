package io.countersign.proxy.listen;

import io.countersign.proxy.access.Verdict;
import io.countersign.proxy.limit.Seat;
import java.net.InetAddress;

/**
 * A connection as it was judged when it was accepted. Who the peer is, is found out once, here: a socket that its client has
 * reset may not say it any more.
 */
public sealed interface Arrival {
    InetAddress peer();

    /** May be served, each request by the rules then in force. */
    record Admitted(InetAddress peer, Seat seat) implements Arrival {}

    /** Is told that it is denied, and no more; it takes no place of those who may call. */
    record Denied(InetAddress peer, Seat seat, Verdict.Denied verdict) implements Arrival {}

    /**
     * Is told that there is no room.
     *
     * @param lingers whether it may be held open until the client has read that; only a bounded number may
     */
    record Refused(InetAddress peer, boolean lingers) implements Arrival {}
}
