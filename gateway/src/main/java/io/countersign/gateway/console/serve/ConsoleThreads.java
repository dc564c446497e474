package io.countersign.gateway.console.serve;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Run what the API does: two, so that one long answer keeps nobody waiting; a bounded number of requests waits for them. */
final class ConsoleThreads implements Executor, AutoCloseable {
    static final int COUNT = 2;
    private static final int MAX_WAITING = 32;

    /** Requests that are worked on, or wait for that. */
    static final int MAX = COUNT + MAX_WAITING;

    private static final int IDLE_SECONDS = 60;

    private final ThreadPoolExecutor threads;

    ConsoleThreads() {
        threads = new ThreadPoolExecutor(
                COUNT, COUNT, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "countersign-console-work");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Throws {@link java.util.concurrent.RejectedExecutionException} where too many wait. */
    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
