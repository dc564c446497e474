package io.countersign.proxy.admin;

import io.countersign.proxy.observe.Exposition;
import io.countersign.proxy.observe.LastRejections;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves {@code /livez}, {@code /readyz} and {@code /metrics}, so that it may listen on a pod's address; on loopback also
 * {@code /rejections}. What controls the process will have an address of its own, never this one.
 */
public final class AdminServer implements AutoCloseable {
    static final int MOST_CONNECTIONS = 32;
    static final int LONGEST_HEAD = 8 * 1024;
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final Channel listener;
    private final ThreadPoolExecutor renderer;

    private AdminServer(Channel listener, ThreadPoolExecutor renderer) {
        this.listener = listener;
        this.renderer = renderer;
    }

    /**
     * Listens once it returns.
     *
     * @param rejections shown when {@code bind} is loopback
     * @param group may be the proxy's own: only short work is done on it
     * @throws IOException when the address cannot be had
     */
    public static AdminServer start(
            EventLoopGroup group,
            InetSocketAddress bind,
            Readiness readiness,
            Exposition metrics,
            LastRejections rejections)
            throws IOException {
        return start(group, bind, readiness, metrics, rejections, DEADLINE);
    }

    /** @param deadline for a head to come, and again for the answer to be taken */
    static AdminServer start(
            EventLoopGroup group,
            InetSocketAddress bind,
            Readiness readiness,
            Exposition metrics,
            LastRejections rejections,
            Duration deadline)
            throws IOException {
        // One thread, which ends when no scrape has come for a while.
        ThreadPoolExecutor renderer = new ThreadPoolExecutor(
                1,
                1,
                2,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(MOST_CONNECTIONS),
                task -> daemon(task, "countersign-metrics"));
        renderer.allowCoreThreadTimeOut(true);
        Map<String, Page> pages = new TreeMap<>();
        pages.put("/livez", (query, headers, answer) -> answer.accept(Answer.text(HttpResponseStatus.OK, "ok")));
        boolean loopback = bind.getAddress() != null && bind.getAddress().isLoopbackAddress();
        pages.put("/readyz", new ReadinessPage(readiness, loopback));
        if (loopback) {
            // It names APIs and keys' owners: for people on this host, not for whoever may probe and scrape.
            pages.put("/rejections", new RejectionsPage(rejections));
        }
        pages.put("/metrics", new MetricsPage(metrics, renderer));
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(pipeline(pages, deadline))
                .bind(bind)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            renderer.shutdown();
            throw new IOException(
                    "admin: cannot listen on " + bind + ": " + bound.cause().getMessage(), bound.cause());
        }
        return new AdminServer(bound.channel(), renderer);
    }

    /** Where it listens; the port is the true one even when any was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Accepts no more; answers under way may still end. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        renderer.shutdown();
    }

    private static ChannelInitializer<SocketChannel> pipeline(Map<String, Page> pages, Duration deadline) {
        AtomicInteger open = new AtomicInteger();
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channel.closeFuture().addListener(closed -> open.decrementAndGet());
                if (open.incrementAndGet() > MOST_CONNECTIONS) {
                    var unused = channel.close();
                    return;
                }
                channel.pipeline()
                        .addLast("codec", new HttpServerCodec(limits()))
                        .addLast("admin", new AdminHandler(pages, deadline));
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
