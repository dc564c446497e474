package io.countersign.proxy.upstream;

import io.countersign.proxy.config.HostPort;
import io.countersign.proxy.wire.Limits;
import io.countersign.proxy.wire.ResponseDecoder;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Opens connections on one event loop: name, TCP, TLS; the next address when one fails.
 *
 * <p>Every step has the route's connect time; the result is handed over on the loop, exactly once.
 */
final class Connector {
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    /** The kernel doubles both, and a control group is charged for what lies in them: a window of some 50 MB/s at 2 ms. */
    private static final int SEND_BUFFER = 64 * 1024;

    private static final int RECEIVE_BUFFER = 128 * 1024;

    /** Two TLS records: what is read is decrypted at once, and no more is read while the client takes nothing. */
    private static final int MAX_READ = 32 * 1024;
    private static final int MAX_ADDRESSES = 4;
    private static final Limits HEAD = new Limits(4 * 1024, 32 * 1024, 256, Long.MAX_VALUE);

    private final EventLoop loop;
    private final Resolver resolver;

    Connector(EventLoop loop, Resolver resolver) {
        this.loop = loop;
        this.resolver = resolver;
    }

    /** Connects; {@code done} gets the connection, or the last address's fault. */
    void connect(Upstream upstream, UpstreamPool pool, Duration limit, Consumer<Acquired> done) {
        HostPort address = upstream.config().address();
        boolean[] answered = {false};
        Future<?> timeout = loop.schedule(
                () -> {
                    answered[0] = true;
                    done.accept(failed(
                            UpstreamFault.Kind.DNS_ERROR,
                            upstream,
                            "no address for " + address.host() + " within " + limit.toMillis() + " ms"));
                },
                limit.toNanos(),
                TimeUnit.NANOSECONDS);
        resolver.resolve(upstream.config())
                .whenComplete((addresses, error) -> loop.execute(() -> {
                    if (answered[0]) {
                        return;
                    }
                    timeout.cancel(false);
                    if (error != null) {
                        done.accept(resolveFault(upstream, address.host(), error));
                    } else {
                        tryNext(upstream, pool, addresses, 0, limit, done);
                    }
                }));
    }

    private void tryNext(
            Upstream upstream,
            UpstreamPool pool,
            List<InetAddress> addresses,
            int index,
            Duration limit,
            Consumer<Acquired> done) {
        InetSocketAddress address = new InetSocketAddress(
                addresses.get(index), upstream.config().address().port());
        one(upstream, pool, address, limit, result -> {
            boolean more = index + 1 < Math.min(addresses.size(), MAX_ADDRESSES);
            if (result instanceof Acquired.Failed && more) {
                tryNext(upstream, pool, addresses, index + 1, limit, done);
            } else {
                done.accept(result);
            }
        });
    }

    private void one(
            Upstream upstream, UpstreamPool pool, InetSocketAddress address, Duration limit, Consumer<Acquired> done) {
        ResponseDecoder decoder = new ResponseDecoder(HEAD);
        UpstreamConnection connection = new UpstreamConnection(upstream, pool, decoder);
        SslHandler[] tls = {null};
        ChannelFuture connecting = new Bootstrap()
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
                        upstream.tls().ifPresent(context -> {
                            tls[0] = context.newHandler(
                                    channel.alloc(), upstream.config().tlsName(), address.getPort());
                            tls[0].setHandshakeTimeoutMillis(0);
                        });
                        UpstreamPipeline.build(channel.pipeline(), tls[0], decoder, connection);
                    }
                })
                .connect(address);
        Step step = new Step(connecting.channel(), done);
        step.timeout = loop.schedule(
                () -> step.fail(failed(
                        UpstreamFault.Kind.CONNECTION_TIMEOUT,
                        upstream,
                        "no connection to " + text(address) + " within " + limit.toMillis() + " ms")),
                limit.toNanos(),
                TimeUnit.NANOSECONDS);
        connecting.addListener(connected -> {
            if (!connected.isSuccess()) {
                step.fail(connectFault(upstream, address, connected.cause()));
            } else if (tls[0] == null) {
                step.succeed(connection);
            } else {
                tls[0].handshakeFuture().addListener(shaken -> {
                    if (shaken.isSuccess()) {
                        step.succeed(connection);
                    } else {
                        step.fail(tlsFault(upstream, address, shaken.cause()));
                    }
                });
            }
        });
    }

    /** One attempt's end, whichever of its ways comes first. */
    private static final class Step {
        private final Channel channel;
        private final Consumer<Acquired> done;
        private Future<?> timeout;
        private boolean over;

        Step(Channel channel, Consumer<Acquired> done) {
            this.channel = channel;
            this.done = done;
        }

        void succeed(UpstreamConnection connection) {
            if (!over) {
                over = true;
                timeout.cancel(false);
                done.accept(new Acquired.Got(connection));
            }
        }

        void fail(Acquired.Failed why) {
            if (!over) {
                over = true;
                timeout.cancel(false);
                channel.close();
                done.accept(why);
            }
        }
    }

    private static Acquired.Failed resolveFault(Upstream upstream, String host, Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof Resolver.ProhibitedException) {
            return failed(UpstreamFault.Kind.IP_PROHIBITED, upstream, cause.getMessage());
        }
        String why = cause instanceof UnknownHostException ? "is not known" : "cannot be resolved";
        return failed(UpstreamFault.Kind.DNS_ERROR, upstream, "the name " + host + " " + why);
    }

    private static Acquired.Failed connectFault(Upstream upstream, InetSocketAddress address, Throwable cause) {
        if (cause instanceof NoRouteToHostException) {
            return failed(UpstreamFault.Kind.CONNECTION_REFUSED, upstream, "no route to " + text(address));
        }
        if (cause instanceof ConnectException) {
            return failed(UpstreamFault.Kind.CONNECTION_REFUSED, upstream, text(address) + " refuses connections");
        }
        return failed(
                UpstreamFault.Kind.CONNECTION_REFUSED,
                upstream,
                "no connection to " + text(address) + " (" + cause.getClass().getSimpleName() + ")");
    }

    private static Acquired.Failed tlsFault(Upstream upstream, InetSocketAddress address, Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof CertificateException) {
                return failed(
                        UpstreamFault.Kind.TLS_CERTIFICATE,
                        upstream,
                        "the certificate of " + text(address) + " is not good for "
                                + upstream.config().tlsName() + ": " + t.getMessage());
            }
        }
        String why = cause instanceof SSLHandshakeException || cause instanceof SSLException
                ? String.valueOf(cause.getMessage())
                : "the connection was closed";
        return failed(UpstreamFault.Kind.TLS_PROTOCOL, upstream, "no TLS with " + text(address) + ": " + why);
    }

    private static Acquired.Failed failed(UpstreamFault.Kind kind, Upstream upstream, String why) {
        return new Acquired.Failed(new UpstreamFault(kind, upstream + ": " + why));
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
