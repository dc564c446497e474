package io.countersign.proxy.credentials;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;

/**
 * What all credentials share: the clock, one timer thread, and the threads that fetch, which come when needed and go when
 * idle. All are daemons: a fetch that hangs does not keep the process alive.
 *
 * @param random uniform from 0 to 1
 * @param shutdown ends the threads
 */
public record RefreshRuntime(
        Clock clock, Scheduler scheduler, Executor fetchThreads, DoubleSupplier random, Runnable shutdown) {
    private static final int MAX_FETCH_THREADS = 64;

    public static RefreshRuntime withOwnThreads(Clock clock) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, daemons("credentials-timer"));
        timer.setRemoveOnCancelPolicy(true);
        ThreadPoolExecutor fetchThreads = new ThreadPoolExecutor(
                0,
                MAX_FETCH_THREADS,
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                daemons("credentials-fetch"),
                new ThreadPoolExecutor.AbortPolicy());
        return new RefreshRuntime(
                clock,
                (delay, task) -> after(timer, delay, task),
                fetchThreads,
                () -> ThreadLocalRandom.current().nextDouble(),
                () -> {
                    timer.shutdownNow();
                    fetchThreads.shutdownNow();
                });
    }

    private static Runnable after(ScheduledThreadPoolExecutor timer, Duration delay, Runnable task) {
        try {
            Future<?> scheduled = timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException shutDown) {
            return () -> {};
        }
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
