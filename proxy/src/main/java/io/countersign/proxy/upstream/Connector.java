package io.countersign.proxy.upstream;

import io.netty.channel.EventLoop;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Opens upstream connections on one event loop. Confined to it. */
public final class Connector implements UpstreamPool.Opener {
    private final EventLoop loop;
    private final Resolver resolver;
    private final Dialer dialer;

    /**
     * @param tlsThreads where handshakes are computed
     * @param protocol makes the connection that speaks to an upstream
     */
    public Connector(
            EventLoop loop, Resolver resolver, Executor tlsThreads, Function<Upstream, UpstreamConnection> protocol) {
        this.loop = loop;
        this.resolver = resolver;
        this.dialer = new Dialer(loop, tlsThreads, protocol);
    }

    @Override
    public void open(Opening opening) {
        assert loop.inEventLoop();
        new ConnectAttempt(opening, loop, dialer::dial).begin(resolver);
    }

    @Override
    public void close() {
        assert loop.inEventLoop();
        dialer.close();
    }
}
