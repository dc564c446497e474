package io.countersign.proxy.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Connects to one address: TCP, the tunnel where it is a proxy's, and TLS, within one limit for all. Confined to the loop. */
final class AddressAttempt {
    /** Hears how it goes; {@link #opened} or {@link #failed} once, unless the attempt was stopped before. */
    interface Listener {
        /** TCP is there, TLS begins. */
        void connected(AddressAttempt attempt);

        void opened(AddressAttempt attempt, UpstreamConnection connection);

        void failed(AddressAttempt attempt, UpstreamFault fault);
    }

    private final Upstream upstream;
    private final InetSocketAddress address;
    private final UpstreamConnection connection;
    private final Listener listener;
    private Channel channel;
    private Future<?> timeout;

    /** The proxy was asked for a tunnel, and has not answered. */
    private boolean awaitsTunnel;

    private boolean over;

    AddressAttempt(Upstream upstream, InetSocketAddress address, UpstreamConnection connection, Listener listener) {
        this.upstream = upstream;
        this.address = address;
        this.connection = connection;
        this.listener = listener;
    }

    void begin(EventLoop loop, ChannelFuture connecting, Duration limit) {
        channel = connecting.channel();
        timeout = loop.schedule(
                () -> fail(
                        awaitsTunnel
                                ? ConnectFaults.noTunnelInTime(upstream, limit)
                                : ConnectFaults.notConnectedInTime(upstream, address, limit)),
                limit.toNanos(),
                TimeUnit.NANOSECONDS);
        // In a turn of its own: without a free file descriptor it has failed already, and says so on another thread.
        connecting.addListener(done -> loop.execute(() -> connectEnded(done.cause())));
    }

    private void connectEnded(Throwable cause) {
        if (cause != null) {
            fail(ConnectFaults.notConnected(upstream, address, cause));
        } else if (!over) {
            listener.connected(this);
            TunnelHandler tunnel = channel.pipeline().get(TunnelHandler.class);
            if (tunnel == null) {
                secure();
            } else {
                afterTls(Dialer.PROXY_TLS, () -> openTunnel(tunnel));
            }
        }
    }

    private void openTunnel(TunnelHandler tunnel) {
        awaitsTunnel = true;
        tunnel.open(channel.pipeline()).addListener(done -> {
            awaitsTunnel = false;
            if (done.isSuccess()) {
                secure();
            } else {
                fail(ConnectFaults.noTunnel(upstream, done.cause()));
            }
        });
    }

    private void secure() {
        afterTls(Dialer.TLS, this::succeed);
    }

    /** Goes on once the handshake of that handler is done; at once where there is none. */
    private void afterTls(String name, Runnable then) {
        SslHandler tls = (SslHandler) channel.pipeline().get(name);
        if (tls == null) {
            then.run();
            return;
        }
        tls.handshakeFuture().addListener(done -> {
            if (!done.isSuccess()) {
                fail(ConnectFaults.noTls(upstream, address, name.equals(Dialer.PROXY_TLS), done.cause()));
            } else if (!over) {
                then.run();
            }
        });
    }

    private void succeed() {
        if (end()) {
            listener.opened(this, connection);
        }
    }

    private void fail(UpstreamFault fault) {
        if (end()) {
            close();
            listener.failed(this, fault);
        }
    }

    /** Another address was faster; the listener hears nothing of it. */
    void stop() {
        if (end()) {
            close();
        }
    }

    private void close() {
        // What could not even be opened has no loop to be closed on.
        if (channel.isRegistered()) {
            channel.close();
        }
    }

    private boolean end() {
        boolean first = !over;
        over = true;
        timeout.cancel(false);
        return first;
    }
}
