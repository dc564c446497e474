package io.countersign.proxy.dispatch;

import io.netty.channel.EventLoop;

/** Takes the time of one phase after the other, on its loop's ticker. Confined to it. */
final class Stopwatch {
    private final EventLoop loop;
    private long began;

    Stopwatch(EventLoop loop) {
        this.loop = loop;
    }

    /** A phase begins. */
    void start() {
        assert loop.inEventLoop();
        began = loop.ticker().nanoTime();
    }

    /** On the loop's ticker. */
    long now() {
        return loop.ticker().nanoTime();
    }

    /** How long the phase has taken so far, in nanoseconds. */
    long elapsed() {
        return loop.ticker().nanoTime() - began;
    }

    /** How long the phase took, in nanoseconds; the next one begins. */
    long lap() {
        long now = loop.ticker().nanoTime();
        long took = now - began;
        began = now;
        return took;
    }
}
