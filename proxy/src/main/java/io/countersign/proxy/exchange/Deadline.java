package io.countersign.proxy.exchange;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The one time limit that a client connection has at a moment.
 *
 * <p>Arming it is two field writes: a scheduled task that wakes too early looks at the time and goes on waiting. A task for
 * each phase of each request would cost more than signing does. Confined to its loop.
 */
final class Deadline {
    private static final long NONE = Long.MAX_VALUE;

    private final EventLoop loop;
    private final Consumer<Throwable> faulty;
    private long at = NONE;
    private Runnable action;
    private Future<?> task;
    private long wakesAt;

    /** @param faulty takes what an action throws */
    Deadline(EventLoop loop, Consumer<Throwable> faulty) {
        this.loop = loop;
        this.faulty = faulty;
    }

    /** Runs {@code then} after this many nanoseconds, unless armed anew or disarmed before. */
    void arm(long nanos, Runnable then) {
        assert loop.inEventLoop();
        at = now() + nanos;
        action = then;
        if (task == null) {
            schedule();
        } else if (at - wakesAt < 0) {
            task.cancel(false);
            schedule();
        }
    }

    void disarm() {
        assert loop.inEventLoop();
        at = NONE;
        action = null;
    }

    /** For good, at the connection's end. */
    void cancel() {
        disarm();
        if (task != null) {
            task.cancel(false);
            task = null;
        }
    }

    long now() {
        return loop.ticker().nanoTime();
    }

    private void schedule() {
        wakesAt = at;
        task = loop.schedule(this::wake, Math.max(at - now(), 0), TimeUnit.NANOSECONDS);
    }

    private void wake() {
        task = null;
        if (at == NONE) {
            return;
        }
        if (at - now() > 0) {
            schedule();
            return;
        }
        Runnable due = action;
        disarm();
        try {
            due.run();
        } catch (Throwable e) {
            faulty.accept(e);
        }
    }
}
