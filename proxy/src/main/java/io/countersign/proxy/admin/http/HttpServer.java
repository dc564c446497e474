package io.countersign.proxy.admin.http;

import io.countersign.proxy.caller.Caller;
import io.countersign.proxy.caller.TlsClient;
import io.countersign.proxy.limit.ConnectionLimit;
import io.countersign.proxy.limit.Seat;
import io.countersign.proxy.listen.Acceptor;
import io.countersign.proxy.listen.Bind;
import io.countersign.proxy.listen.UnixHalfClose;
import io.countersign.proxy.listen.tls.TlsEntry;
import io.countersign.proxy.listen.tls.TlsGate;
import io.countersign.proxy.wire.Limits;
import io.countersign.proxy.wire.RequestDecoder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A small HTTP/1.1 server for people, probes and scrapers. Everything that a client can make it hold is bounded, nothing blocks
 * an event loop, and silent connections give way to new ones.
 */
public final class HttpServer implements AutoCloseable {
    /** The water marks let two pieces of a page wait for their client. */
    private static final Acceptor.Buffers BUFFERS =
            new Acceptor.Buffers(16 * 1024, 16 * 1024, 4 * 1024, new WriteBufferWaterMark(4 * 1024, 8 * 1024));

    private final Acceptor acceptor;
    private final Service service;

    private HttpServer(Acceptor acceptor, Service service) {
        this.acceptor = acceptor;
        this.service = service;
    }

    /**
     * What is served, and to whom.
     *
     * @param guard comes first
     * @param entrance comes before anything is said about a resource
     */
    public record Site(List<? extends Resource> resources, RequestGuard guard, Entrance entrance, ErrorForm errors) {}

    /**
     * Where a server listens.
     *
     * @param tls empty for plain HTTP; never with a Unix socket
     */
    public record Port(Bind bind, Optional<TlsGate> tls) {}

    /**
     * Listens on a TCP port, for everybody that the guard lets in, once it returns.
     *
     * @param group may be the proxy's own: only short work is done on it
     * @throws IOException when the address cannot be bound
     */
    public static HttpServer start(
            EventLoopGroup group,
            InetSocketAddress bind,
            ServerBounds bounds,
            RequestGuard guard,
            List<? extends Resource> resources)
            throws IOException {
        Parts parts = parts(bounds, new Site(resources, guard, Entrance.OPEN, ErrorForm.TEXT));
        Acceptor acceptor =
                Acceptor.start(group, bind, BUFFERS, channel -> accepted(channel, parts, Optional.empty(), false));
        return new HttpServer(acceptor, parts.service());
    }

    /**
     * Listens once it returns.
     *
     * @param group may be the proxy's own: only short work is done on it
     * @throws IOException when the address cannot be bound
     */
    public static HttpServer start(EventLoopGroup group, Port port, ServerBounds bounds, Site site) throws IOException {
        Parts parts = parts(bounds, site);
        boolean unix = port.bind() instanceof Bind.Unix;
        Acceptor acceptor =
                Acceptor.start(group, port.bind(), BUFFERS, channel -> accepted(channel, parts, port.tls(), unix));
        return new HttpServer(acceptor, parts.service());
    }

    private record Parts(ConnectionLimit connections, Service service, Limits limits) {}

    private static Parts parts(ServerBounds bounds, Site site) {
        int maxBody =
                site.resources().stream().mapToInt(Resource::maxBody).max().orElse(0);
        Reception reception = new Reception(new Paths(site.resources()), site.guard(), site.entrance(), site.errors());
        return new Parts(
                new ConnectionLimit(bounds.connections(), ConnectionLimit.Giving.UNUSED),
                Service.of(reception, bounds),
                new Limits(bounds.head() / 2, bounds.head(), bounds.fields(), maxBody));
    }

    private static void accepted(Channel channel, Parts parts, Optional<TlsGate> tls, boolean unix) {
        Optional<Peer> peer = Peer.of(channel.remoteAddress(), unix);
        Optional<Seat> seat = peer.flatMap(each -> parts.connections().admit(channel, each.client()));
        if (seat.isEmpty()) {
            var unused = channel.close();
            return;
        }
        ChannelPipeline pipeline = channel.pipeline();
        if (tls.isEmpty()) {
            if (unix) {
                pipeline.addLast("unix-half-close", new UnixHalfClose());
            }
            http(pipeline, parts, peer.get(), seat.get());
            return;
        }
        Caller caller = Caller.ofSocket(peer.get().address().orElseThrow());
        Duration limit = parts.service().limits().deadline();
        pipeline.addLast("tls-entry", new TlsEntry(tls.get(), caller, seat.get(), limit, new TlsEntry.Next() {
            @Override
            public void secured(ChannelPipeline secured, TlsClient client) {
                http(secured, parts, peer.get(), seat.get());
            }

            @Override
            public void plain(ChannelPipeline plain) {
                plain.addLast("http-response-encoder", new HttpResponseEncoder());
                plain.addLast(
                        "http-connection",
                        new HttpConnection(parts.service(), peer.get(), seat.get(), HttpConnection.Tls.MISSING));
            }
        }));
    }

    private static void http(ChannelPipeline pipeline, Parts parts, Peer peer, Seat seat) {
        pipeline.addLast("http-request-decoder", new RequestDecoder(parts.limits()))
                .addLast("http-response-encoder", new HttpResponseEncoder())
                .addLast(
                        "http-connection",
                        new HttpConnection(parts.service(), peer, seat, HttpConnection.Tls.AS_WANTED));
    }

    /** Where it listens, if that is a TCP port; the port is the true one even when any was asked for. */
    public InetSocketAddress address() {
        return acceptor.address();
    }

    /** Responses that last now. */
    public int streams() {
        return service.streams().open();
    }

    /** Clients, since start, that took nothing of such a response for too long, and so were cut off. */
    public long tooSlow() {
        return service.tooSlow().sum();
    }

    /** Closes its connections too: an event loop that ends with one open may leave its buffers unreleased. */
    @Override
    public void close() {
        acceptor.close();
        acceptor.closeConnections();
    }
}
