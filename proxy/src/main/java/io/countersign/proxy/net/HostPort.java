package io.countersign.proxy.net;

import java.net.InetSocketAddress;

/**
 * A host name or address literal with a port; {@code host} holds an IPv6 literal without its brackets.
 *
 * @param port 0 to 65535; 0 asks the system for a free port, and is good only for what we listen on
 */
public record HostPort(String host, int port) {
    /** To listen on; a name is resolved, and the caller's thread waits for it. */
    public InetSocketAddress resolved() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
