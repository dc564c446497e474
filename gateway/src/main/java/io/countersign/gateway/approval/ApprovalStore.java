package io.countersign.gateway.approval;

import io.countersign.gateway.approval.Approvals.Contents;
import io.countersign.proxy.state.StateFolder;
import io.countersign.proxy.state.StateFolder.StateFault;
import io.countersign.proxy.state.StateFolder.StateFile;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@link Approvals} in the state folder: what was decided at once, who waits within a second, and how often they have asked within
 * a minute. A thread of its own writes, so that no request waits for a disk.
 */
public final class ApprovalStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApprovalStore.class);
    private static final int MAX_FILE = 32 << 20;
    private static final long PAUSE_MILLIS = 500;
    private static final long MINUTE_MILLIS = 60_000;
    private static final long END_SECONDS = 2;

    /** More than can be given between two writes: a number that was given before a crash never comes to mean another caller. */
    private static final long RESERVE = 2L * ApprovalConfig.LARGEST_LIST;

    private final StateFile pendingFile;
    private final StateFile decidedFile;
    private final Clock clock;
    private final Approvals approvals;
    private final Consumer<Pending> newcomers;
    private final AtomicBoolean writing = new AtomicBoolean();
    /** Whether something was decided that is not on the disk. */
    private final AtomicBoolean unkept = new AtomicBoolean();

    private final AtomicLong lastCounts;
    private final AtomicLong reported = new AtomicLong();
    private volatile boolean ending;
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "countersign-approvals");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Reads what a former process has left. Blocks.
     *
     * @param newcomers hears of each caller that comes to wait, at once: must only take note
     * @throws StateFault when a file cannot be read
     */
    public ApprovalStore(StateFolder folder, Clock clock, int maxPending, Consumer<Pending> newcomers)
            throws StateFault, UnusableFile {
        this.pendingFile = folder.file("pending.jsonl", MAX_FILE);
        this.decidedFile = folder.file("subscriptions.jsonl", MAX_FILE);
        this.clock = clock;
        this.newcomers = newcomers;
        this.lastCounts = new AtomicLong(clock.millis());
        this.approvals = new Approvals(clock, events(), maxPending, read());
        writer.scheduleWithFixedDelay(this::everyMinute, 1, 1, TimeUnit.MINUTES);
        // Numbers that this process gives are beyond those of the file from now on.
        writeSoon(0);
    }

    /** A file holds something that this program does not write: whoever may call is not to be guessed from it. */
    public static final class UnusableFile extends Exception {
        private UnusableFile(String message) {
            super(message);
        }
    }

    private Contents read() throws StateFault, UnusableFile {
        Contents waiting =
                read(pendingFile, "pending.jsonl", ApprovalFile::readPending).orElse(Contents.NONE);
        List<Subscription> decided = read(decidedFile, "subscriptions.jsonl", ApprovalFile::readSubscriptions)
                .orElse(List.of());
        return new Contents(waiting.next(), waiting.pending(), decided, waiting.proposals());
    }

    private interface Reader<T> {
        T read(byte[] content) throws ApprovalFile.Fault;
    }

    private static <T> Optional<T> read(StateFile file, String name, Reader<T> reader) throws StateFault, UnusableFile {
        Optional<byte[]> content = file.read();
        if (content.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.read(content.get()));
        } catch (ApprovalFile.Fault e) {
            throw new UnusableFile(name + " in state.dir, " + e.getMessage()
                    + "; put back a copy of it, or remove it: then every caller has to be approved again");
        }
    }

    private Approvals.Events events() {
        return new Approvals.Events() {
            @Override
            public void newcomer(Pending pending) {
                newcomers.accept(pending);
                writeSoon(PAUSE_MILLIS);
            }

            @Override
            public void asked() {
                long now = clock.millis();
                long last = lastCounts.get();
                if (now - last >= MINUTE_MILLIS && lastCounts.compareAndSet(last, now)) {
                    writeSoon(PAUSE_MILLIS);
                }
            }

            @Override
            public void decided() {
                // Written by whoever decided.
            }
        };
    }

    public Approvals approvals() {
        return approvals;
    }

    /**
     * Carries out a decision, which acts at once.
     *
     * @return done once it is on the disk, or at once where nothing has changed; it fails when it cannot be written: then it acts, and is
     *     written later, unless the process is killed before
     */
    public Kept decide(Order order, boolean fourEyes) {
        Outcome outcome = approvals.decide(order, fourEyes);
        if (outcome instanceof Outcome.Unknown || outcome instanceof Outcome.Invalid) {
            return new Kept(outcome, CompletableFuture.completedFuture(null)); // nothing has changed
        }
        CompletableFuture<Void> kept = new CompletableFuture<>();
        unkept.set(true);
        try {
            writer.execute(() -> {
                try {
                    keep();
                    kept.complete(null);
                } catch (StateFault | RuntimeException e) {
                    LOG.error(
                            "approval: a decision acts, and is not on the disk, which is tried again each minute: {}",
                            e.getMessage());
                    kept.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            kept.completeExceptionally(e);
        }
        return new Kept(outcome, kept);
    }

    private void keep() throws StateFault {
        unkept.set(false);
        try {
            Contents contents = approvals.contents();
            decidedFile.replace(ApprovalFile.subscriptions(contents));
            pendingFile.replace(ApprovalFile.pending(contents, RESERVE));
        } catch (StateFault | RuntimeException e) {
            unkept.set(true);
            throw e;
        }
    }

    /** An approval that was taken back must not be there again after a restart, because the disk was full for a moment. */
    private void keepWhatIsNotKept() {
        if (unkept.get()) {
            try {
                keep();
                LOG.info("approval: what was decided is on the disk now");
            } catch (StateFault | RuntimeException e) {
                LOG.error("approval: decisions are still not on the disk: {}", e.getMessage());
            }
        }
    }

    /** An outcome, and when it is on the disk. */
    public record Kept(Outcome outcome, CompletionStage<Void> written) {}

    private void writeSoon(long millis) {
        if (!writing.getAndSet(true)) {
            try {
                writer.schedule(this::writePending, millis, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // The process ends, and has written what there was.
            }
        }
    }

    private void writePending() {
        writing.set(false);
        try {
            pendingFile.replace(ApprovalFile.pending(approvals.contents(), ending ? 0 : RESERVE));
        } catch (StateFault | RuntimeException e) {
            LOG.error("approval: who waits is not kept: {}", e.getMessage());
        }
    }

    void everyMinute() {
        approvals.tidy();
        keepWhatIsNotKept();
        long lost = approvals.replaced() + approvals.leftOut();
        long before = reported.getAndSet(lost);
        if (lost > before) {
            LOG.warn(
                    "approval: the list of callers who wait is full: in the last minute {} of them were replaced or not"
                            + " put on it; decide on some, or raise approval.max-pending",
                    lost - before);
        }
    }

    /** Writes what has not been written yet, for a short while at most. */
    @Override
    public void close() {
        ending = true;
        try {
            writer.execute(this::keepWhatIsNotKept);
            writer.execute(this::writePending);
            writer.shutdown();
            if (!writer.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("approval: who waits was not written in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
