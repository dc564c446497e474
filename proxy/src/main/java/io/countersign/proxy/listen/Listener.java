package io.countersign.proxy.listen;

import io.countersign.proxy.listen.tls.TlsGate;
import io.countersign.proxy.net.Networks;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** One listener, on a TCP port or a Unix socket. */
public final class Listener implements AutoCloseable {
    /**
     * The low water mark is small, since the upstream is read no faster than the client reads. With half of this send buffer, a
     * write of 64 KiB over loopback waits for an acknowledgement that the client's kernel delays by 40 ms: 2 MB/s.
     */
    private static final Acceptor.Buffers BUFFERS =
            new Acceptor.Buffers(32 * 1024, 64 * 1024, 16 * 1024, new WriteBufferWaterMark(32 * 1024, 64 * 1024));

    private final Bind bind;
    private final Acceptor acceptor;
    private final Optional<TlsGate> tls;

    private Listener(Bind bind, Acceptor acceptor, Optional<TlsGate> tls) {
        this.bind = bind;
        this.acceptor = acceptor;
        this.tls = tls;
    }

    /**
     * Listens once it returns.
     *
     * @param tls empty for plain HTTP
     * @param door judges each connection
     * @param proxyProtocolFrom the peers of which each connection begins with a PROXY header; empty: none does
     * @param connected builds the pipeline of each connection that the door has not closed, on its event loop
     * @throws IOException when it cannot be bound
     */
    public static Listener start(
            EventLoopGroup group,
            Bind bind,
            Optional<TlsGate> tls,
            Door door,
            Optional<Networks> proxyProtocolFrom,
            BiConsumer<Channel, Arrival> connected)
            throws IOException {
        Consumer<Channel> accepted = channel -> {
            Optional<Arrival> arrival = door.enter(channel, proxyProtocolFrom, tls.map(TlsGate::arriving));
            if (arrival.isPresent()) {
                connected.accept(channel, arrival.get());
            } else {
                var unused = channel.close();
            }
        };
        return new Listener(bind, Acceptor.start(group, bind, BUFFERS, accepted), tls);
    }

    /** Its TLS; empty for plain HTTP. */
    public Optional<TlsGate> tls() {
        return tls;
    }

    /** Where it listens, if that is a TCP port; the port is the true one even when any was asked for. */
    public Optional<InetSocketAddress> address() {
        return bind.tcp().map(port -> acceptor.address());
    }

    /** What it was to be bound to. */
    public Bind bind() {
        return bind;
    }

    /** Accepts no more connections; those that are open go on. */
    @Override
    public void close() {
        acceptor.close();
    }

    /**
     * Announces to each connection that the proxy is ending, by {@link Ending} as an event in its pipeline: it cuts what runs on
     * it and closes itself, unless its client still has a response to read.
     */
    public void announceEnd() {
        acceptor.connections().forEach(each -> each.pipeline().fireUserEventTriggered(Ending.INSTANCE));
    }

    /**
     * Announces to each connection that the proxy drains, by {@link Draining} as an event in its pipeline: what would last for hours ends
     * itself in good order.
     */
    public void announceDrain() {
        acceptor.connections().forEach(each -> each.pipeline().fireUserEventTriggered(Draining.INSTANCE));
    }

    /** Whether connections are still open. */
    public boolean hasConnections() {
        return !acceptor.connections().isEmpty();
    }

    /** As {@link Acceptor#closeConnections}. */
    public void closeConnections() {
        acceptor.closeConnections();
    }

    /** The event that announces to a connection that the proxy is ending: what still runs on it is over. */
    public enum Ending {
        INSTANCE
    }

    /** The event that announces to a connection that the proxy drains: requests still run to their end. */
    public enum Draining {
        INSTANCE
    }
}
