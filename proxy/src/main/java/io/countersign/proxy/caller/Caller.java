package io.countersign.proxy.caller;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Who is at the other end of a client connection, and how that is known. Made once, when the connection is accepted, and handed
 * inward: a socket that its client has reset may not be able to say it any more.
 *
 * @param address whom the address rules judge; empty for a caller that has none
 */
public record Caller(Optional<InetAddress> address, KnownBy knownBy) {
    /** What the caller was learnt from. */
    public enum KnownBy {
        /** It is the socket's peer. */
        SOCKET
    }

    /** The peer of a TCP connection. */
    public static Caller ofSocket(InetAddress peer) {
        return new Caller(Optional.of(peer), KnownBy.SOCKET);
    }

    /** As in logs: a numeric address. */
    @Override
    public String toString() {
        return address.map(InetAddress::getHostAddress).orElse("unknown");
    }
}
