package io.countersign.proxy;

import io.countersign.proxy.exchange.Phases;
import io.countersign.proxy.upstream.UpstreamPool;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Ticker;
import java.util.IdentityHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/** The event loops, and what each of them has to itself: its pool and its signer are never shared, so they need no lock. */
final class EventLoops implements AutoCloseable {
    private final EventLoopGroup group;
    private final IdentityHashMap<EventLoop, Phases> phases = new IdentityHashMap<>();

    EventLoops(int count) {
        group = new MultiThreadIoEventLoopGroup(
                count, new DefaultThreadFactory("countersign-loop", true), NioIoHandler.newFactory());
    }

    /** Gives each loop its phases; to be called once, before anything listens. */
    void equip(Function<EventLoop, Phases> make) {
        for (EventExecutor executor : group) {
            EventLoop loop = (EventLoop) executor;
            phases.put(loop, make.apply(loop));
        }
    }

    EventLoopGroup group() {
        return group;
    }

    Phases of(EventLoop loop) {
        return phases.get(loop);
    }

    void dropRetiredConnections() {
        pools().forEach(UpstreamPool::dropRetired);
    }

    private Stream<UpstreamPool> pools() {
        return phases.values().stream().map(each -> each.dispatcher().pool());
    }

    @Override
    public void close() {
        pools().forEach(UpstreamPool::close);
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }

    /** The time that all loops go by. */
    Ticker ticker() {
        return group().next().ticker();
    }
}
