package io.countersign.proxy.net;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where TLS handshakes are computed: key exchange, signatures and certificate paths take milliseconds, in which an event loop
 * would serve nobody else. Two threads, so that a burst of new connections leaves the processors to requests; what they do
 * not get to in time is given up by whoever waits for it. Clients and upstreams have threads of their own: a flood of
 * clients must not keep the proxy from its upstreams.
 */
public final class TlsThreads implements Executor, AutoCloseable {
    private static final int MAX_THREADS = 2;

    /** A handshake has one task at a time and two or three in all; past this, one fails as any other connection does. */
    private static final int MAX_WAITING = 4096;

    private final ThreadPoolExecutor threads;

    /**
     * Starts no thread before the first handshake.
     *
     * @param name of its threads
     */
    public TlsThreads(String name) {
        threads = new ThreadPoolExecutor(
                MAX_THREADS, MAX_THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
