package io.countersign.proxy.admin.http;

import io.countersign.proxy.limit.ConnectionLimit;
import io.countersign.proxy.limit.Seat;
import io.countersign.proxy.listen.Acceptor;
import io.countersign.proxy.wire.Limits;
import io.countersign.proxy.wire.RequestDecoder;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntSupplier;

/**
 * A small HTTP/1.1 server for people, probes and scrapers. Everything that a client can make it hold is bounded, nothing blocks
 * an event loop, and silent connections give way to new ones.
 */
public final class HttpServer implements AutoCloseable {
    /** The water marks let two pieces of a page wait for their client. */
    private static final Acceptor.Buffers BUFFERS =
            new Acceptor.Buffers(16 * 1024, 16 * 1024, 4 * 1024, new WriteBufferWaterMark(4 * 1024, 8 * 1024));

    private final Acceptor acceptor;

    private HttpServer(Acceptor acceptor) {
        this.acceptor = acceptor;
    }

    /**
     * What clients can make the server hold.
     *
     * @param connections open at once, in force at a moment
     * @param large requests with a body and large responses at once, in force at a moment
     * @param head request line and header fields together, in bytes
     * @param fields header fields of a request
     * @param deadline for a head to come, for a body to come after it, and again for the response to be taken
     */
    public record Bounds(IntSupplier connections, IntSupplier large, int head, int fields, Duration deadline) {}

    /** What the connections of one server share. */
    record Service(Map<String, Resource> resources, RequestGuard guard, Bounds limits, ConnectionLimit large) {}

    /**
     * Listens once it returns.
     *
     * @param group may be the proxy's own: only short work is done on it
     * @throws IOException when the address cannot be bound
     */
    public static HttpServer start(
            EventLoopGroup group,
            InetSocketAddress bind,
            Bounds bounds,
            RequestGuard guard,
            List<? extends Resource> resources)
            throws IOException {
        Map<String, Resource> byPath = new TreeMap<>();
        int maxBody = 0;
        for (Resource resource : resources) {
            if (byPath.put(resource.path(), resource) != null) {
                throw new IllegalArgumentException("two resources have the path " + resource.path());
            }
            maxBody = Math.max(maxBody, resource.maxBody());
        }
        ConnectionLimit connections = new ConnectionLimit(bounds.connections(), ConnectionLimit.Giving.UNUSED);
        ConnectionLimit large = new ConnectionLimit(bounds.large(), ConnectionLimit.Giving.UNUSED);
        Service service = new Service(byPath, guard, bounds, large);
        Limits limits = new Limits(bounds.head() / 2, bounds.head(), bounds.fields(), maxBody);
        return new HttpServer(
                Acceptor.start(group, bind, BUFFERS, channel -> accepted(channel, connections, service, limits)));
    }

    private static void accepted(Channel channel, ConnectionLimit connections, Service service, Limits limits) {
        InetAddress client = channel.remoteAddress() instanceof InetSocketAddress peer ? peer.getAddress() : null;
        Optional<Seat> seat = client == null ? Optional.empty() : connections.admit(channel, client);
        if (seat.isEmpty()) {
            var unused = channel.close();
            return;
        }
        channel.pipeline()
                .addLast("http-request-decoder", new RequestDecoder(limits))
                .addLast("http-response-encoder", new HttpResponseEncoder())
                .addLast("http-connection", new HttpConnection(service, client, seat.get()));
    }

    /** Where it listens; the port is the true one even when any was asked for. */
    public InetSocketAddress address() {
        return acceptor.address();
    }

    /** Closes its connections too: an event loop that ends with one open may leave its buffers unreleased. */
    @Override
    public void close() {
        acceptor.close();
        acceptor.closeConnections();
    }
}
