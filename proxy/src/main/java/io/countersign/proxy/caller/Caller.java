package io.countersign.proxy.caller;

import java.net.InetAddress;

/**
 * Who is at the other end of a client connection, and how that is known. Made once, when the connection is accepted, and handed
 * inward: a socket that its client has reset may not be able to say it any more.
 *
 * @param address whom the address rules judge
 */
public record Caller(InetAddress address, KnownBy knownBy) {
    /** What the address was learnt from. */
    public enum KnownBy {
        /** It is the socket's peer. */
        SOCKET
    }

    /** The peer of a TCP connection. */
    public static Caller ofSocket(InetAddress peer) {
        return new Caller(peer, KnownBy.SOCKET);
    }

    /** As in logs: a numeric address. */
    @Override
    public String toString() {
        return address.getHostAddress();
    }
}
