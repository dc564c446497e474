package io.countersign.proxy.admin.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;

/**
 * The other end of a connection.
 *
 * @param address empty on a Unix socket
 * @param client what tells the connections of one client from those of another, by {@link Object#equals}
 */
record Peer(Optional<InetAddress> address, Object client) {
    /** Who connects to a Unix socket may be anybody that the socket's file lets in: all count as one. */
    private static final Peer LOCAL = new Peer(Optional.empty(), "unix");

    /** Empty where the client has reset the connection, and so is not known any more. */
    static Optional<Peer> of(SocketAddress remote, boolean unix) {
        if (unix) {
            return Optional.of(LOCAL);
        }
        return remote instanceof InetSocketAddress tcp
                ? Optional.of(new Peer(Optional.of(tcp.getAddress()), tcp.getAddress()))
                : Optional.empty();
    }
}
