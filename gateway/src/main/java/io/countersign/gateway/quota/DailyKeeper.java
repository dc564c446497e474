package io.countersign.gateway.quota;

import io.countersign.gateway.quota.DailyFile.Contents;
import io.countersign.gateway.quota.DailyFile.Counted;
import io.countersign.proxy.state.StateFolder;
import io.countersign.proxy.state.StateFolder.StateFault;
import io.countersign.proxy.state.StateFolder.StateFile;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps bytes of the day in the state folder, on a thread of its own: every few seconds if there are new ones, and at the end. */
final class DailyKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DailyKeeper.class);
    private static final int MAX_FILE = 4 << 20;
    private static final long END_SECONDS = 2;

    private final StateFile file;
    private final String replica;
    private final Supplier<List<DailyCount>> inForce;
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "countersign-quotas");
        thread.setDaemon(true);
        return thread;
    });

    /** For the writer alone. */
    private Optional<List<Counted>> written = Optional.empty();

    private boolean failed;

    private DailyKeeper(StateFile file, String replica, Supplier<List<DailyCount>> inForce) {
        this.file = file;
        this.replica = replica;
        this.inForce = inForce;
    }

    /**
     * Reads what a former process has left, adds it to these counts, and keeps those in force from then on. Blocks.
     *
     * @param replica name of this process among all that share, unless the former one had another
     * @param first counts of the configuration that is about to be taken
     */
    static DailyKeeper open(
            StateFolder folder,
            Duration pause,
            String replica,
            List<DailyCount> first,
            Supplier<List<DailyCount>> inForce) {
        StateFile file = folder.file("bytes-of-the-day.jsonl", MAX_FILE);
        Optional<Contents> before = read(file);
        before.ifPresent(contents -> contents.counts()
                .forEach(counted -> first.stream()
                        .filter(count -> count.tenant().equals(counted.tenant()))
                        .forEach(count -> count.restore(counted.day(), counted.bytes()))));
        DailyKeeper keeper = new DailyKeeper(file, before.map(Contents::replica).orElse(replica), inForce);
        keeper.writer.scheduleWithFixedDelay(keeper::write, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
        return keeper;
    }

    /** A file with a fault is no reason not to run: nobody may call who could not before. */
    private static Optional<Contents> read(StateFile file) {
        try {
            Optional<byte[]> content = file.read();
            return content.isEmpty() ? Optional.empty() : Optional.of(DailyFile.read(content.get()));
        } catch (StateFault | DailyFile.Fault e) {
            LOG.warn("quotas: bytes of the day begin at zero: bytes-of-the-day.jsonl in state.dir: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Name under which other replicas know these counts. */
    String replica() {
        return replica;
    }

    private void write() {
        List<Counted> counts = inForce.get().stream().map(DailyCount::counted).toList();
        if (counts.isEmpty() || written.equals(Optional.of(counts))) {
            return;
        }
        try {
            file.replace(DailyFile.write(new Contents(replica, counts)));
            written = Optional.of(counts);
            failed = false;
        } catch (StateFault | RuntimeException e) {
            if (!failed) {
                failed = true;
                LOG.error("quotas: bytes of the day will not outlast the process: {}", e.getMessage());
            }
        }
    }

    /** Writes what has not been written yet, for a short while at most. */
    @Override
    public void close() {
        try {
            writer.execute(this::write);
            writer.shutdown();
            if (!writer.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("quotas: bytes of the day were not written in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
