package io.countersign.proxy.listen;

import io.countersign.proxy.net.HostPort;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A bound socket and the connections that were accepted from it: the one place that sets up server sockets. */
public final class Acceptor implements AutoCloseable {
    /** Closing takes a turn of each loop; a loop that does not turn any more must not keep the process. */
    private static final int CLOSE_SECONDS = 3;

    private final Optional<InetSocketAddress> asked;
    private final Channel channel;
    private final ChannelGroup connections;
    private final Runnable removal;

    private Acceptor(Optional<InetSocketAddress> asked, Channel channel, ChannelGroup connections, Runnable removal) {
        this.asked = asked;
        this.channel = channel;
        this.connections = connections;
        this.removal = removal;
    }

    /**
     * The buffers of each connection, in bytes. The kernel doubles those of a socket for its own overhead, and a control group
     * is charged for what lies in them.
     *
     * @param receive of the socket, from its client
     * @param send of the socket, to its client
     * @param maxRead largest read: a client that sends a part of a head, or more than is wanted, occupies a buffer of that size
     * @param waterMark how much may be written that the client has not taken yet
     */
    public record Buffers(int receive, int send, int maxRead, WriteBufferWaterMark waterMark) {}

    /**
     * Listens on a TCP port once it returns.
     *
     * @param accepted builds the pipeline of a connection, on its event loop, or closes it
     * @throws IOException when the address cannot be bound
     */
    public static Acceptor start(
            EventLoopGroup group, InetSocketAddress bind, Buffers buffers, Consumer<Channel> accepted)
            throws IOException {
        ChannelGroup connections = newGroup();
        ServerBootstrap bootstrap = bootstrap(group, buffers, connections, accepted)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                // Accepted sockets inherit it; set later, it could not lower the window that they begin with.
                .option(ChannelOption.SO_RCVBUF, buffers.receive())
                // A client may end its half of the connection and still wait for its response.
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true);
        return new Acceptor(Optional.of(bind), bind(bootstrap, bind), connections, () -> {});
    }

    /**
     * Listens once it returns.
     *
     * @param accepted builds the pipeline of a connection, on its event loop, or closes it
     * @throws IOException when it cannot be bound
     */
    public static Acceptor start(EventLoopGroup group, Bind bind, Buffers buffers, Consumer<Channel> accepted)
            throws IOException {
        if (bind instanceof Bind.Unix socket) {
            return startUnix(group, socket, buffers, accepted);
        }
        HostPort port = bind.tcp().orElseThrow();
        return start(group, new InetSocketAddress(port.host(), port.port()), buffers, accepted);
    }

    /**
     * Listens on a Unix socket once it returns. That a client may end its half of a connection takes {@link UnixHalfClose}.
     *
     * @param buffers of which a Unix socket has none to receive: what is on its way is charged to who sends it
     * @param accepted builds the pipeline of a connection, on its event loop, or closes it
     * @throws IOException when the socket cannot be had as it is described; the message says why, and what would be right
     */
    private static Acceptor startUnix(EventLoopGroup group, Bind.Unix bind, Buffers buffers, Consumer<Channel> accepted)
            throws IOException {
        ChannelGroup connections = newGroup();
        ServerBootstrap bootstrap =
                bootstrap(group, buffers, connections, accepted).channel(NioServerDomainSocketChannel.class);
        SocketFile file = SocketFile.prepare(bind);
        Channel bound = null;
        try {
            bound = bind(bootstrap, file.unpublished());
            file.publish();
            return new Acceptor(Optional.empty(), bound, connections, file::remove);
        } catch (IOException | RuntimeException e) {
            file.remove();
            if (bound != null) {
                bound.close().awaitUninterruptibly();
            }
            throw e;
        }
    }

    private static ChannelGroup newGroup() {
        // Stays closed: what was accepted just before is closed as it comes.
        return new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    }

    private static ServerBootstrap bootstrap(
            EventLoopGroup group, Buffers buffers, ChannelGroup connections, Consumer<Channel> accepted) {
        return new ServerBootstrap()
                .group(group)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.SO_SNDBUF, buffers.send())
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(64, Math.min(2048, buffers.maxRead()), buffers.maxRead()))
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, buffers.waterMark())
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        accepted.accept(channel);
                    }
                });
    }

    private static Channel bind(ServerBootstrap bootstrap, SocketAddress address) throws IOException {
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(bound.cause().getMessage(), bound.cause());
        }
        return bound.channel();
    }

    /** Where a TCP socket listens; the port is the true one even when any was asked for. */
    public InetSocketAddress address() {
        return Bound.address(asked.orElseThrow(), channel);
    }

    /** Accepts no more connections; those that are open go on. */
    @Override
    public void close() {
        // While the socket is open no other file can be taken for its own.
        removal.run();
        channel.close().awaitUninterruptibly();
    }

    /** The connections that are open. */
    ChannelGroup connections() {
        return connections;
    }

    /**
     * Closes the open connections; to be done before the event loops end. A loop that is told to end while it is at work may do so
     * without closing what is registered with it (seen with Netty 4.2.20), which leaves sockets open and buffers unreleased. Past TLS,
     * whose own end waits for a handshake that is still being computed.
     */
    public void closeConnections() {
        for (Channel each : connections) {
            ChannelHandlerContext first = each.pipeline().firstContext();
            if (first != null) {
                first.close();
            }
        }
        connections.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
