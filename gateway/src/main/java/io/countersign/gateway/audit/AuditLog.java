package io.countersign.gateway.audit;

import io.countersign.proxy.state.StateLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who changed what, and when: each change is one JSON line on standard output, and one in {@code audit.jsonl} in the state folder,
 * where there is one. Lines are only ever added. Safe from any thread, and never blocks: a thread of its own writes.
 */
public final class AuditLog implements AutoCloseable {
    /** Beside the current file; with the limit of each, what the log takes on the disk. */
    public static final int KEPT_FILES = 9;

    public static final int MAX_FILE = 4 << 20;
    public static final String NAME = "audit";

    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final int MAX_WAITING = 1024;
    private static final int MAX_BATCH = 64;
    private static final long END_SECONDS = 2;

    /** Wakes the writer when there is nothing more to come. */
    private static final Line END = new Line(new byte[0], new CompletableFuture<>());

    private final Clock clock;
    private final Consumer<String> printed;
    private final Optional<StateLog> file;
    private final BlockingQueue<Line> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Thread writer = new Thread(this::write, "countersign-audit");
    private volatile boolean ending;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Line(byte[] text, CompletableFuture<Void> written) {}

    /**
     * Starts writing.
     *
     * @param printed takes each line as it is, at once
     * @param file empty: lines are printed, and not kept
     */
    public AuditLog(Clock clock, Consumer<String> printed, Optional<StateLog> file) {
        this.clock = clock;
        this.printed = printed;
        this.file = file;
        writer.setDaemon(true);
        if (file.isPresent()) {
            writer.start();
        }
    }

    /**
     * Takes down what was done.
     *
     * @param actor the name of the token that it was done with, or what else caused it
     * @param detail empty for nothing
     * @return done once it is on the disk, and at once where nothing is kept; it fails when it cannot be written, or when too much waits
     *     to be written
     */
    public CompletionStage<Void> record(String actor, String action, String subject, String detail) {
        String line = new AuditEntry(clock.instant(), actor, action, subject, detail).json();
        printed.accept(line);
        if (file.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> written = new CompletableFuture<>();
        if (ending || !waiting.offer(new Line(line.getBytes(StandardCharsets.UTF_8), written))) {
            LOG.error("audit: a line was printed and is not in {}.jsonl: too many wait to be written", NAME);
            written.completeExceptionally(new IOException("too many lines wait to be written"));
        }
        return written;
    }

    private void write() {
        List<Line> batch = new ArrayList<>();
        try {
            while (!ending || !waiting.isEmpty()) {
                batch.add(waiting.take());
                waiting.drainTo(batch, MAX_BATCH - 1);
                batch.removeIf(line -> line.text().length == 0); // END; every other line has a text
                write(batch);
                batch.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(List<Line> batch) {
        if (batch.isEmpty()) {
            return;
        }
        try {
            file.orElseThrow().append(batch.stream().map(Line::text).toList());
            batch.forEach(line -> line.written.complete(null));
        } catch (IOException e) {
            LOG.error("audit: {} lines were printed and are not in {}.jsonl: {}", batch.size(), NAME, e.toString());
            batch.forEach(line -> line.written.completeExceptionally(e));
        }
    }

    /**
     * The newest lines that are kept, the newest first. Blocks.
     *
     * @throws IOException when the file cannot be read
     */
    public List<String> newest(int max) throws IOException {
        return file.isPresent() ? file.get().newest(max) : List.of();
    }

    /** Whether lines outlast the process. */
    public boolean isKept() {
        return file.isPresent();
    }

    /** Writes what waits, for a short while at most. */
    @Override
    public void close() {
        ending = true;
        // Where there is no room for it, the writer is awake.
        waiting.offer(END);
        try {
            if (writer.isAlive()) {
                writer.join(TimeUnit.SECONDS.toMillis(END_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        waiting.forEach(line -> line.written.completeExceptionally(new IOException("the process ends")));
        file.ifPresent(StateLog::close);
    }
}
