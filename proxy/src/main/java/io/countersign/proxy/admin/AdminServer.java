package io.countersign.proxy.admin;

import io.countersign.proxy.limit.ConnectionLimit;
import io.countersign.proxy.limit.Seat;
import io.countersign.proxy.listen.Bound;
import io.countersign.proxy.metrics.Exposition;
import io.countersign.proxy.metrics.RouteReport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Serves {@code /livez}, {@code /readyz} and {@code /metrics}, so that it may listen on a pod's address; on loopback also
 * {@code /rejections}. What controls the process will have an address of its own, never this one.
 */
public final class AdminServer implements AutoCloseable {
    /** Each costs little while it is silent, and the more there are, the later one that has just come has to give way. */
    static final int MAX_CONNECTIONS = 128;

    /** Each holds a page of metrics until its client has taken it. */
    static final int MAX_SCRAPES = 16;

    static final int LONGEST_HEAD = 8 * 1024;

    /** Of one socket each way; the kernel doubles it, and a control group is charged for what lies in it. */
    private static final int SOCKET_BUFFER = 16 * 1024;

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    /** A loop that does not turn any more must not keep the process. */
    private static final int CLOSE_SECONDS = 3;

    private final InetSocketAddress bind;
    private final Channel listener;
    private final ChannelGroup open;
    private final ThreadPoolExecutor renderer;

    private AdminServer(InetSocketAddress bind, Channel listener, ChannelGroup open, ThreadPoolExecutor renderer) {
        this.bind = bind;
        this.open = open;
        this.listener = listener;
        this.renderer = renderer;
    }

    /**
     * Listens once it returns.
     *
     * @param group may be the proxy's own: only short work is done on it
     * @param allowedHosts names that a request's Host may have, in force at a moment; addresses and localhost always may
     * @param routes how they fare, shown when {@code bind} is loopback
     * @throws IOException when the address cannot be had
     */
    public static AdminServer start(
            EventLoopGroup group,
            InetSocketAddress bind,
            Supplier<Set<String>> allowedHosts,
            Readiness readiness,
            Exposition metrics,
            Supplier<List<RouteReport>> routes)
            throws IOException {
        return start(group, bind, allowedHosts, readiness, metrics, routes, DEADLINE);
    }

    /** @param deadline for a head to come, and again for the answer to be taken */
    static AdminServer start(
            EventLoopGroup group,
            InetSocketAddress bind,
            Supplier<Set<String>> allowedHosts,
            Readiness readiness,
            Exposition metrics,
            Supplier<List<RouteReport>> routes,
            Duration deadline)
            throws IOException {
        // One thread, which ends when no scrape has come for a while.
        ThreadPoolExecutor renderer = new ThreadPoolExecutor(
                1,
                1,
                2,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(MAX_SCRAPES),
                task -> daemon(task, "countersign-metrics"));
        renderer.allowCoreThreadTimeOut(true);
        Map<String, Page> pages = new TreeMap<>();
        pages.put("/livez", (query, headers, answer) -> answer.accept(Answer.text(HttpResponseStatus.OK, "ok")));
        boolean loopback = bind.getAddress() != null && bind.getAddress().isLoopbackAddress();
        pages.put("/readyz", new ReadinessPage(readiness, loopback));
        if (loopback) {
            // It names APIs and keys' owners: for people on this host, not for whoever may probe and scrape.
            pages.put("/rejections", new RejectionsPage(routes));
        }
        pages.put("/metrics", new MetricsPage(metrics, renderer));
        // Stays closed: what was accepted just before is closed as it comes.
        ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                // Those that are accepted take it over.
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER)
                .childOption(ChannelOption.SO_SNDBUF, SOCKET_BUFFER)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(pipeline(open, pages, new HostCheck(allowedHosts), deadline))
                .bind(bind)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            renderer.shutdown();
            throw new IOException(bound.cause().getMessage(), bound.cause());
        }
        return new AdminServer(bind, bound.channel(), open, renderer);
    }

    /** Where it listens; the port is the true one even when any was asked for. */
    public InetSocketAddress address() {
        return Bound.address(bind, listener);
    }

    /** Closes its connections too: an event loop that ends with one open may leave its buffers unreleased. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        open.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        renderer.shutdown();
    }

    private static ChannelInitializer<SocketChannel> pipeline(
            ChannelGroup open, Map<String, Page> pages, HostCheck hosts, Duration deadline) {
        // Who says nothing, or does not take its answer, gives way to who comes.
        ConnectionLimit connections = new ConnectionLimit(() -> MAX_CONNECTIONS, ConnectionLimit.Giving.UNUSED);
        ConnectionLimit scrapes = new ConnectionLimit(() -> MAX_SCRAPES, ConnectionLimit.Giving.UNUSED);
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                open.add(channel);
                InetSocketAddress peer = channel.remoteAddress();
                Optional<Seat> seat = peer == null ? Optional.empty() : connections.admit(channel, peer.getAddress());
                if (seat.isEmpty()) {
                    var unused = channel.close();
                    return;
                }
                channel.pipeline()
                        .addLast("codec", new HttpServerCodec(limits()))
                        .addLast("admin", new AdminHandler(pages, hosts, seat.get(), scrapes, deadline));
            }
        };
    }

    private static HttpDecoderConfig limits() {
        return new HttpDecoderConfig()
                .setInitialBufferSize(512)
                .setMaxInitialLineLength(LONGEST_HEAD / 2)
                .setMaxHeaderSize(LONGEST_HEAD / 2)
                .setMaxChunkSize(LONGEST_HEAD);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
