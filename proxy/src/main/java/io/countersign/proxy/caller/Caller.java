package io.countersign.proxy.caller;

import io.countersign.proxy.net.IpAddress;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who is at the other end of a client connection, and how that is known. Made when the connection is accepted, and handed
 * inward: a socket that its client has reset may not be able to say it any more.
 *
 * @param address whom the address rules judge; empty for a caller that has none
 * @param user whom the rules on users judge; empty for a caller that did not come by a Unix socket
 * @param way that its connection came in by
 * @param tls empty for a connection without TLS. The certificate is that of whoever holds the connection: behind a trusted proxy the
 *     proxy's
 * @param attribution what requests have shown of it, or what was found out about them
 */
public record Caller(
        Optional<InetAddress> address,
        Optional<UnixUser> user,
        KnownBy knownBy,
        Way way,
        Optional<TlsClient> tls,
        Attribution attribution) {
    /**
     * By which way a connection came in.
     *
     * @param listener that took it, as that is bound; empty where nobody has connected
     * @param peer the socket's other end, where it is another one than the caller: a load balancer that the caller came through
     * @param vpcEndpoint id of the endpoint that the connection came through, such as {@code vpce-08d2bf15fac5001c9}, as a PROXY
     *     header says it
     */
    public record Way(Optional<String> listener, Optional<InetAddress> peer, Optional<String> vpcEndpoint) {
        private static final Way DIRECT = new Way(Optional.empty(), Optional.empty(), Optional.empty());

        private Way through(Optional<InetAddress> other) {
            return new Way(listener, other, vpcEndpoint);
        }
    }

    /** What the caller was learnt from. */
    public enum KnownBy {
        /** It is the socket's peer. */
        SOCKET,
        /** The peer said it in a PROXY header, before the first request. */
        PROXY_PROTOCOL,
        /** Trusted proxies said it in the fields of the request. */
        FORWARDED;

        /** As in logs. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The peer of a TCP connection. */
    public static Caller ofSocket(InetAddress peer) {
        return new Caller(
                Optional.of(peer), Optional.empty(), KnownBy.SOCKET, Way.DIRECT, Optional.empty(), Attribution.NONE);
    }

    /** Whom this one, a socket's peer, has named in a PROXY header. */
    public Caller announced(InetAddress source, Optional<String> endpoint) {
        return new Caller(
                Optional.of(source),
                Optional.empty(),
                KnownBy.PROXY_PROTOCOL,
                new Way(way.listener, address.filter(balancer -> !balancer.equals(source)), endpoint),
                tls,
                attribution);
    }

    /** Whom a request that this one has sent on came from. */
    public Caller forwarded(IpAddress source) {
        InetAddress named = source.toInetAddress();
        return new Caller(
                Optional.of(named),
                user,
                KnownBy.FORWARDED,
                way.through(way.peer.or(() -> address).filter(sender -> !sender.equals(named))),
                tls,
                attribution);
    }

    /** The peer of a connection to a Unix socket. */
    public static Caller ofUnixSocket(UnixUser peer) {
        return new Caller(
                Optional.empty(), Optional.of(peer), KnownBy.SOCKET, Way.DIRECT, Optional.empty(), Attribution.NONE);
    }

    /** The same, by TLS. */
    public Caller by(TlsClient client) {
        return new Caller(address, user, knownBy, way, Optional.of(client), attribution);
    }

    /** The same, at this listener. */
    public Caller at(String listener) {
        Way in = new Way(Optional.of(listener), way.peer, way.vpcEndpoint);
        return new Caller(address, user, knownBy, in, tls, attribution);
    }

    /** The same, with what has been learnt about it. */
    public Caller attributedTo(Attribution found) {
        return found.equals(Attribution.NONE)
                ? this
                : new Caller(address, user, knownBy, way, tls, attribution.and(found));
    }

    /** The listener that it has connected to, as that is bound. */
    public Optional<String> listener() {
        return way.listener;
    }

    /** The socket's other end, where it is another one. */
    public Optional<InetAddress> peer() {
        return way.peer;
    }

    /** Id of the endpoint that the connection came through. */
    public Optional<String> vpcEndpoint() {
        return way.vpcEndpoint;
    }

    /** Who it has shown to be. */
    public Optional<Identity> identity() {
        return attribution.identity();
    }

    /** The tenant that its request belongs to. */
    public Optional<String> tenant() {
        return attribution.tenant();
    }

    /** The certificate that whoever holds the connection has shown. */
    public Optional<ClientCertificate> certificate() {
        return tls.flatMap(TlsClient::certificate);
    }

    /** The certificate that it has shown itself: empty behind a trusted proxy, whose certificate the connection's is. */
    public Optional<ClientCertificate> ownCertificate() {
        return knownBy == KnownBy.FORWARDED ? Optional.empty() : certificate();
    }

    /** Whether everyone that is known to have had a part in the connection is on this machine. */
    public boolean isLocal() {
        return Stream.of(address, way.peer).flatMap(Optional::stream).allMatch(InetAddress::isLoopbackAddress);
    }

    /** What tells the connections of this client from those of others, by {@link Object#equals}. */
    public Object origin() {
        return address.isPresent() ? address.get() : user;
    }

    /** As in logs: a numeric address, or {@code unix:agent}. */
    @Override
    public String toString() {
        return address.map(InetAddress::getHostAddress)
                .or(() -> user.map(known -> "unix:" + known))
                .orElse("unknown");
    }
}
