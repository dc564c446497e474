package io.countersign.gateway.approval;

import io.countersign.gateway.approval.Approvals.Contents;
import io.countersign.proxy.state.StateFolder;
import io.countersign.proxy.state.StateFolder.StateFault;
import java.time.Clock;
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
 * Keeps {@link Approvals} in the state folder, if there is one: what was decided at once, who waits within a second, and how often they
 * have asked within a minute. A thread of its own writes, so that no request waits for a disk. Other replicas hear of it through
 * {@link Peers}.
 */
public final class ApprovalStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApprovalStore.class);
    private static final long PAUSE_MILLIS = 500;
    private static final long MINUTE_MILLIS = 60_000;
    private static final long END_SECONDS = 2;

    /** More than can be given between two writes: a number that was given before a crash never comes to mean another caller. */
    private static final long RESERVE = 2L * ApprovalConfig.LARGEST_LIST;

    private final Optional<ApprovalFiles> files;
    private final Peers peers;
    private final Deciding deciding;
    private final Clock clock;
    private final Approvals approvals;
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

    /** Hears of what becomes of decisions by what another replica says, and takes them down. */
    public interface Deciding {
        /** Nobody hears. */
        Deciding UNHEARD = new Deciding() {
            @Override
            public void met(Subscription decision) {}

            @Override
            public void overruled(Subscription was, Subscription is) {}
        };

        /** Two have approved on different replicas. */
        void met(Subscription decision);

        /** A decision of this replica does not act: another one, made without knowledge of it, counts more. */
        void overruled(Subscription was, Subscription is);
    }

    /** With a folder, and without other replicas; otherwise as {@link #ApprovalStore(Optional, Clock, int, Consumer, Peers, Deciding)}. */
    public ApprovalStore(StateFolder folder, Clock clock, int maxPending, Consumer<Pending> newcomers)
            throws StateFault, ApprovalFiles.UnusableFile {
        this(Optional.of(folder), clock, maxPending, newcomers, Peers.NONE, Deciding.UNHEARD);
    }

    /**
     * Reads what a former process has left. Blocks.
     *
     * @param folder empty: all of it ends with the process, but for what other replicas know
     * @param newcomers hears of each caller that comes to wait, at once: must only take note
     * @throws StateFault when a file cannot be read
     */
    public ApprovalStore(
            Optional<StateFolder> folder,
            Clock clock,
            int maxPending,
            Consumer<Pending> newcomers,
            Peers peers,
            Deciding deciding)
            throws StateFault, ApprovalFiles.UnusableFile {
        this.files = folder.map(ApprovalFiles::new);
        this.clock = clock;
        this.peers = peers;
        this.deciding = deciding;
        this.lastCounts = new AtomicLong(clock.millis());
        this.approvals = new Approvals(
                clock,
                events(newcomers),
                maxPending,
                files.isPresent() ? files.get().read() : Contents.NONE);
        writer.scheduleWithFixedDelay(this::everyMinute, 1, 1, TimeUnit.MINUTES);
        peers.open(approvals.merging(), newcomers);
        // Numbers that this process gives are beyond those of the file from now on.
        writeSoon(0);
    }

    private ApprovalEvents events(Consumer<Pending> newcomers) {
        return new ApprovalEvents() {
            @Override
            public void newcomer(Pending pending) {
                if (peers.exist()) {
                    peers.announce(pending);
                } else {
                    newcomers.accept(pending);
                }
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
            public void heard(Topic.Kind what) {
                if (what == Topic.Kind.PENDING) {
                    asked();
                } else {
                    if (what == Topic.Kind.DECISION) {
                        unkept.set(true);
                    }
                    writeSoon(PAUSE_MILLIS);
                }
            }

            @Override
            public void met(Subscription decision) {
                heard(Topic.Kind.DECISION);
                onWriter(() -> deciding.met(decision));
            }

            @Override
            public void overruled(Subscription was, Subscription is) {
                onWriter(() -> deciding.overruled(was, is));
            }
        };
    }

    public Approvals approvals() {
        return approvals;
    }

    /** Done once what other replicas know is known here; fails while they cannot be asked. */
    public CompletionStage<Void> current() {
        return peers.current();
    }

    /**
     * Carries out a decision, which acts at once.
     *
     * @return done once it is on the disk, or at once where nothing has changed; it fails when it cannot be written: then it acts, and is
     *     written later, unless the process is killed before
     */
    public Decided decide(Order order, boolean fourEyes) {
        Outcome outcome = approvals.decide(order, fourEyes);
        if (outcome instanceof Outcome.Unknown || outcome instanceof Outcome.Invalid) {
            return new Decided(
                    outcome, CompletableFuture.completedFuture(null), Optional.empty()); // nothing has changed
        }
        CompletableFuture<Void> kept = new CompletableFuture<>();
        if (files.isEmpty()) {
            kept.complete(null);
        } else {
            unkept.set(true);
            if (!onWriter(() -> keep(kept))) {
                kept.completeExceptionally(new RejectedExecutionException("the process ends"));
            }
        }
        Optional<Ask> ask = outcome instanceof Outcome.Decided decided
                ? Optional.of(decided.subscription().ask())
                : outcome instanceof Outcome.NeedsAnother waits
                        ? Optional.of(waits.pending().ask())
                        : Optional.empty();
        return new Decided(outcome, kept, ask.filter(any -> peers.exist()).map(peers::told));
    }

    private void keep(CompletableFuture<Void> kept) {
        try {
            keep();
            kept.complete(null);
        } catch (StateFault | RuntimeException e) {
            LOG.error(
                    "approval: a decision acts, and is not on the disk, which is tried again each minute: {}",
                    e.getMessage());
            kept.completeExceptionally(e);
        }
    }

    private void keep() throws StateFault {
        unkept.set(false);
        try {
            Contents contents = approvals.contents();
            files.get().writeDecisions(contents);
            files.get().writePending(contents, reserve());
        } catch (StateFault | RuntimeException e) {
            unkept.set(true);
            throw e;
        }
    }

    /** An approval that was taken back must not be there again after a restart, because the disk was full for a moment. */
    private void keepWhatIsNotKept() {
        if (files.isPresent() && unkept.get()) {
            try {
                keep();
                LOG.info("approval: what was decided is on the disk now");
            } catch (StateFault | RuntimeException e) {
                LOG.error("approval: decisions are still not on the disk: {}", e.getMessage());
            }
        }
    }

    /** Ranges that replicas have fetched are never given again. */
    private long reserve() {
        return ending || approvals.sharesNumbers() ? 0 : RESERVE;
    }

    private boolean onWriter(Runnable task) {
        try {
            writer.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            // The process ends.
            return false;
        }
    }

    private void writeSoon(long millis) {
        if (files.isPresent() && !writing.getAndSet(true)) {
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
            if (unkept.get()) {
                // Something that another replica has decided.
                keep();
            } else {
                files.get().writePending(approvals.contents(), reserve());
            }
        } catch (StateFault | RuntimeException e) {
            LOG.error("approval: who waits, or what other replicas decided, is not kept: {}", e.getMessage());
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
            if (files.isPresent()) {
                writer.execute(this::keepWhatIsNotKept);
                writer.execute(this::writePending);
            }
            writer.shutdown();
            if (!writer.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("approval: who waits was not written in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
