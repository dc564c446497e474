package io.countersign.proxy.logging;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Lines on their way to a stream that may be slow or stuck: {@link #offer} never waits, one thread writes. Bounded in
 * lines and in characters; what finds no place, or could not be written, is counted as dropped.
 *
 * <p>Not logback's AsyncAppender, which drops without counting and is bounded in events but not in memory.
 */
final class LineQueue {
    static final int MOST_LINES = 4096;
    static final long MOST_CHARACTERS = 4L << 20;

    /** Lines written with one system call while there are more of them. */
    private static final int BATCH_CHARACTERS = 32 * 1024;

    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(MOST_LINES);
    private final AtomicLong characters = new AtomicLong();
    private final LongAdder dropped = new LongAdder();
    private final OutputStream stream;
    private final Thread writer;
    private volatile boolean closing;

    /** @param stream unbuffered; stays open */
    LineQueue(String name, OutputStream stream) {
        this.stream = stream;
        writer = new Thread(this::write, name);
        writer.setDaemon(true);
        writer.start();
    }

    /** Takes a line without its line end; never blocks. */
    void offer(String line) {
        // Reserved before the queue is asked, so that racing threads cannot pass the limit together.
        if (characters.addAndGet(line.length()) > MOST_CHARACTERS || closing || !lines.offer(line)) {
            characters.addAndGet(-line.length());
            dropped.increment();
        }
    }

    long dropped() {
        return dropped.sum();
    }

    /** Writes what is queued, for as long as the stream takes it, up to the given time; further lines are dropped. */
    void close(long timeout, TimeUnit unit) throws InterruptedException {
        closing = true;
        // Wakes a writer that waits for a line (a full queue has none that waits).
        var unused = lines.offer("");
        // A thread that is stuck in a write is abandoned: it is a daemon.
        writer.join(unit.toMillis(timeout));
    }

    private void write() {
        StringBuilder batch = new StringBuilder();
        try {
            while (!closing || !lines.isEmpty()) {
                int count = 0;
                String line = lines.take();
                while (line != null) {
                    characters.addAndGet(-line.length());
                    if (!line.isEmpty()) {
                        batch.append(line).append('\n');
                        count++;
                    }
                    line = batch.length() < BATCH_CHARACTERS ? lines.poll() : null;
                }
                writeOut(batch, count);
            }
        } catch (InterruptedException e) {
            // Only the end of the JVM interrupts this thread.
        }
    }

    private void writeOut(StringBuilder batch, int count) {
        try {
            stream.write(batch.toString().getBytes(StandardCharsets.UTF_8));
            stream.flush();
        } catch (IOException e) {
            // The reader has gone (EPIPE) or the disk is full; the count is the best place to report it.
            dropped.add(count);
        }
        if (batch.capacity() > 4 * BATCH_CHARACTERS) {
            batch.setLength(0);
            batch.trimToSize();
        }
        batch.setLength(0);
    }
}
