package io.countersign.proxy.upstream;

import io.countersign.proxy.egress.EgressProxy;
import io.countersign.proxy.egress.TunnelRequest;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import javax.net.ssl.SSLParameters;

/** Connects to one address: how sockets and their TLS are set up. Confined to its loop. */
final class Dialer {
    static final String TLS = "tls";
    static final String PROXY_TLS = "proxy-tls";

    /**
     * What is asked for by ALPN (RFC 7301). On every connection: when one is opened, nobody knows yet whether a WebSocket will get it, which
     * HTTP/2 could not carry.
     */
    private static final String[] PROTOCOLS = {"http/1.1"};

    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    /** The kernel doubles both, and a control group is charged for what lies in them: a window of some 50 MB/s at 2 ms. */
    private static final int SEND_BUFFER = 64 * 1024;

    private static final int RECEIVE_BUFFER = 128 * 1024;

    /** Two TLS records: what is read is decrypted at once, and no more is read while the client takes nothing. */
    private static final int MAX_READ = 32 * 1024;

    private final EventLoop loop;
    private final Executor tlsThreads;
    private final Function<Upstream, UpstreamConnection> protocol;
    private final ChannelGroup connections;

    Dialer(EventLoop loop, Executor tlsThreads, Function<Upstream, UpstreamConnection> protocol) {
        this.loop = loop;
        this.tlsThreads = tlsThreads;
        this.protocol = protocol;
        this.connections = new DefaultChannelGroup(loop);
    }

    /** @param limit for TCP and TLS together */
    AddressAttempt dial(
            Upstream upstream, InetSocketAddress address, Duration limit, AddressAttempt.Listener listener) {
        UpstreamConnection connection = protocol.apply(upstream);
        AddressAttempt attempt = new AddressAttempt(upstream, address, connection, listener);
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .option(ChannelOption.SO_SNDBUF, SEND_BUFFER)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(64, 2048, MAX_READ))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                // A write that fails must not throw away the response that came before it and is not read yet.
                .option(ChannelOption.AUTO_CLOSE, false)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        upstream.config()
                                .proxy()
                                .ifPresentOrElse(
                                        proxy -> addTunnel(channel.pipeline(), upstream, proxy, connection),
                                        () -> addUpstream(channel.pipeline(), upstream, connection));
                    }
                });
        attempt.begin(loop, bootstrap.connect(address), limit);
        return attempt;
    }

    /**
     * Cuts all connections. A loop that is told to end while it is at work may do so without closing what is registered with it,
     * which would leave the sockets open and what TLS has read unreleased. Past TLS, whose own end waits for a handshake that
     * is still being computed.
     */
    void close() {
        List.copyOf(connections).forEach(each -> each.pipeline().firstContext().close());
    }

    private void addUpstream(ChannelPipeline pipeline, Upstream upstream, UpstreamConnection connection) {
        UpstreamConfig config = upstream.config();
        upstream.tls()
                .ifPresent(context -> pipeline.addLast(
                        TLS, tls(context, config.tlsName(), config.address().port())));
        connection.addTo(pipeline);
    }

    /** The handlers of the upstream are added once the proxy has opened the tunnel. */
    private void addTunnel(
            ChannelPipeline pipeline, Upstream upstream, EgressProxy proxy, UpstreamConnection connection) {
        upstream.proxyTls()
                .ifPresent(context -> pipeline.addLast(
                        PROXY_TLS,
                        tls(context, proxy.server().host(), proxy.server().port())));
        new TunnelHandler(
                        new TunnelRequest(proxy, upstream.config().address()),
                        opened -> addUpstream(opened, upstream, connection))
                .addTo(pipeline);
    }

    private SslHandler tls(SslContext context, String name, int port) {
        SslHandler tls = context.newHandler(ByteBufAllocator.DEFAULT, name, port, tlsThreads);
        // The attempt has a limit of its own.
        tls.setHandshakeTimeoutMillis(0);
        SSLParameters parameters = tls.engine().getSSLParameters();
        parameters.setApplicationProtocols(PROTOCOLS);
        tls.engine().setSSLParameters(parameters);
        return tls;
    }
}
