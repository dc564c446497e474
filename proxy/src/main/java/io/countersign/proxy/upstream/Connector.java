package io.countersign.proxy.upstream;

import io.countersign.proxy.wire.Limits;
import io.countersign.proxy.wire.ResponseDecoder;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** Opens upstream connections on one event loop: how their sockets and their TLS are set up. Confined to its loop. */
public final class Connector implements UpstreamPool.Opener {
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    /** The kernel doubles both, and a control group is charged for what lies in them: a window of some 50 MB/s at 2 ms. */
    private static final int SEND_BUFFER = 64 * 1024;

    private static final int RECEIVE_BUFFER = 128 * 1024;

    /** Two TLS records: what is read is decrypted at once, and no more is read while the client takes nothing. */
    private static final int MAX_READ = 32 * 1024;

    static final Limits HEAD = new Limits(4 * 1024, 32 * 1024, 256, Long.MAX_VALUE);

    private final EventLoop loop;
    private final Resolver resolver;
    private final Executor tlsThreads;

    /** Which address of a name comes first next time; begins anywhere, so that the loops do not all begin with the same. */
    private int turn = ThreadLocalRandom.current().nextInt(1 << 16);

    /** @param tlsThreads where handshakes are computed */
    public Connector(EventLoop loop, Resolver resolver, Executor tlsThreads) {
        this.loop = loop;
        this.resolver = resolver;
        this.tlsThreads = tlsThreads;
    }

    @Override
    public void open(Lane lane, Duration limit, Consumer<Acquired> done) {
        new ConnectAttempt(this, loop, lane, limit, done).begin(resolver);
    }

    List<InetAddress> ordered(List<InetAddress> resolved) {
        return AddressOrder.of(resolved, turn++);
    }

    /** Connects to one address. */
    AddressAttempt open(Lane lane, InetSocketAddress address, Duration limit, AddressAttempt.Listener listener) {
        Upstream upstream = lane.upstream();
        ResponseDecoder decoder = new ResponseDecoder(HEAD);
        UpstreamConnection connection = new UpstreamConnection(
                lane, new Lifetime(loop.ticker().nanoTime(), ThreadLocalRandom.current()::nextDouble), decoder);
        SslHandler tls = upstream.tls()
                .map(context -> context.newHandler(
                        ByteBufAllocator.DEFAULT, upstream.config().tlsName(), address.getPort(), tlsThreads))
                .orElse(null);
        if (tls != null) {
            tls.setHandshakeTimeoutMillis(0);
        }
        AddressAttempt attempt = new AddressAttempt(upstream, address, connection, tls, listener);
        attempt.begin(
                loop,
                new Bootstrap()
                        .group(loop)
                        .channel(NioSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true)
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                        .option(ChannelOption.SO_SNDBUF, SEND_BUFFER)
                        .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                        .option(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(64, 2048, MAX_READ))
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                        // A write that fails must not throw away the answer that came before it and is not read yet.
                        .option(ChannelOption.AUTO_CLOSE, false)
                        .handler(new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                UpstreamPipeline.build(channel.pipeline(), tls, decoder, connection);
                            }
                        })
                        .connect(address),
                limit);
        return attempt;
    }
}
