package io.countersign.gateway.calls.log;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compresses files of the log, by a thread of its own: it takes longer than calls could wait for. */
final class Packer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Packer.class);
    private static final int IDLE_SECONDS = 60;
    private static final int END_SECONDS = 2;

    private final CallFiles files;
    private final Supplier<String> active;
    private final ThreadPoolExecutor thread;

    /** @param active name of the file that is written to; empty while there is none */
    Packer(CallFiles files, Supplier<String> active) {
        this.files = files;
        this.active = active;
        // One waits at most: it will see all that there is to do.
        thread = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1), task -> {
            Thread made = new Thread(task, "countersign-calls-pack");
            made.setDaemon(true);
            return made;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    /** Returns at once. */
    void pack() {
        try {
            thread.execute(this::run);
        } catch (RejectedExecutionException e) {
            // Another one waits, or this is the end.
        }
    }

    private void run() {
        try {
            files.pack(active);
        } catch (IOException | RuntimeException e) {
            LOG.warn("call log: a file cannot be compressed: {}", e.toString());
        }
    }

    /**
     * Waits for what was begun, for two seconds at most. What takes longer goes on, and leaves nothing behind that can't be read.
     */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.debug("call log: a file is still being compressed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
