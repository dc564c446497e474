package io.countersign.proxy.listen;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/** The address that a socket is bound to. */
public final class Bound {
    private Bound() {}

    /**
     * As it was asked for, with the true port. A socket that takes IPv4 and IPv6 alike says {@code ::} of itself, also where
     * {@code 0.0.0.0} was asked for.
     */
    public static InetSocketAddress address(InetSocketAddress asked, Channel listening) {
        InetSocketAddress bound = (InetSocketAddress) listening.localAddress();
        return asked.getAddress() != null && asked.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(asked.getAddress(), bound.getPort())
                : bound;
    }
}
