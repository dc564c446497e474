package io.countersign.proxy.listen;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** One TCP listener. */
public final class Listener implements AutoCloseable {
    /** Between these a response waits for its client: small, since the upstream is read no faster than the client reads. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    /** Of one socket from its client; the kernel doubles it, and a control group is charged for what lies in it. */
    private static final int RECEIVE_BUFFER = 32 * 1024;

    /**
     * Of one socket to its client. With half of it, a write of 64 KiB over loopback waits for an acknowledgement that the
     * client's kernel delays by 40 ms: 2 MB/s.
     */
    private static final int SEND_BUFFER = 64 * 1024;

    /** Who sends a part of a head, or more than is wanted, keeps a buffer of a read. */
    private static final int MAX_READ = 16 * 1024;

    /** Closing takes a turn of each loop; a loop that does not turn any more must not keep the process. */
    private static final int CLOSE_SECONDS = 3;

    private final InetSocketAddress bind;
    private final Channel channel;
    private final ChannelGroup connections;

    private Listener(InetSocketAddress bind, Channel channel, ChannelGroup connections) {
        this.bind = bind;
        this.channel = channel;
        this.connections = connections;
    }

    /**
     * Listens once it returns.
     *
     * @param door judges each connection
     * @param connected builds the pipeline of each connection that the door has not closed, on its event loop
     * @throws IOException when the address cannot be had
     */
    public static Listener start(
            EventLoopGroup group, InetSocketAddress bind, Door door, BiConsumer<Channel, Arrival> connected)
            throws IOException {
        // Stays closed: what was accepted just before is closed as it comes.
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                // Those that are accepted take it over; later it could not lower the window that they begin with.
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(64, 2048, MAX_READ))
                .childOption(ChannelOption.TCP_NODELAY, true)
                // A client may say that it has sent all and still wait for its answer.
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        Optional<Arrival> arrival = door.enter(channel);
                        if (arrival.isPresent()) {
                            connected.accept(channel, arrival.get());
                        } else {
                            var unused = channel.close();
                        }
                    }
                })
                .bind(bind)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(bound.cause().getMessage(), bound.cause());
        }
        return new Listener(bind, bound.channel(), connections);
    }

    /** Where it listens; the port is the true one even when any was asked for. */
    public InetSocketAddress address() {
        return Bound.address(bind, channel);
    }

    /** Takes no more connections; those that are open go on. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
    }

    /**
     * Tells each connection that the proxy is ending, by {@link Ending} as an event in its pipeline: it cuts what runs on it and
     * closes itself, unless its client is to read an answer first.
     */
    public void announceEnd() {
        connections.forEach(each -> each.pipeline().fireUserEventTriggered(Ending.INSTANCE));
    }

    /** Whether connections are still open. */
    public boolean hasConnections() {
        return !connections.isEmpty();
    }

    /**
     * Closes those too; to be done before the event loops end. A loop that is told to end while it is at work may do so
     * without closing what is registered with it (seen with Netty 4.2.20), which leaves sockets open and buffers unreleased.
     */
    public void closeConnections() {
        connections.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    /** The event that tells a connection that the proxy is ending: what still runs on it is over. */
    public enum Ending {
        INSTANCE
    }
}
