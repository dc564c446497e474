package io.countersign.proxy.listen;

import io.countersign.proxy.listen.tls.ServerTls;
import io.countersign.proxy.net.Networks;
import java.time.Duration;
import java.util.Optional;

/**
 * One listener and the times that hold before a route is known.
 *
 * @param headTimeout from the first byte of a request (or from accept) until its head is complete; past it 408. Also from accept
 *     until TLS is there; past it a close
 * @param keepAliveIdle how long a connection may stay without a request; past it a silent close
 * @param maxConnectionAge past it a connection ends after its next response, or once it is idle
 * @param proxyProtocolFrom the peers that say by a PROXY header whom each connection comes from, and the only ones that may
 *     connect; empty: connections begin without such a header
 * @param tls empty for plain HTTP
 * @param where {@code bind} was written, for a message
 */
public record ListenerConfig(
        Bind bind,
        Duration headTimeout,
        Duration keepAliveIdle,
        Duration maxConnectionAge,
        Optional<Networks> proxyProtocolFrom,
        Optional<ServerTls> tls,
        String where) {
    /** Whether a running listener serves those settings, wherever they were written: it takes other certificates while it runs. */
    public boolean sameAs(ListenerConfig other) {
        return tls.isPresent() == other.tls.isPresent()
                && equals(new ListenerConfig(
                        other.bind,
                        other.headTimeout,
                        other.keepAliveIdle,
                        other.maxConnectionAge,
                        other.proxyProtocolFrom,
                        tls,
                        where));
    }
}
