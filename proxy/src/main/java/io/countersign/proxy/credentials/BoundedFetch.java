package io.countersign.proxy.credentials;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs fetches on the fetch threads, each within a time limit. A fetch that is past it is interrupted and given up; as
 * not every fetch reacts to an interrupt, at most {@value #MAX_HANGING} may hang at once. What one of them still brings is used.
 */
final class BoundedFetch {
    static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MAX_HANGING = 3;

    /** Where a fetch ends; called on a fetch thread or on the scheduler's. */
    interface Callback {
        void succeeded(Fetched fetched);

        void failed(String reason);

        /** Credentials from a fetch that had been given up. */
        void succeededLate(Fetched fetched);
    }

    private final CredentialsProvider provider;
    private final Executor threads;
    private final Scheduler scheduler;
    private int hanging;

    BoundedFetch(CredentialsProvider provider, Executor threads, Scheduler scheduler) {
        this.provider = provider;
        this.threads = threads;
        this.scheduler = scheduler;
    }

    /** Begins one. It may end, and call {@code callback}, before this returns: no lock may be held. */
    void start(Callback callback) {
        int hang = hanging();
        if (hang >= MAX_HANGING) {
            callback.failed(hang + " earlier fetches of " + LIMIT.toSeconds() + " s and more still hang");
            return;
        }
        Attempt attempt = new Attempt(callback);
        attempt.limit(scheduler.after(LIMIT, attempt::giveUp));
        try {
            threads.execute(attempt);
        } catch (RejectedExecutionException e) {
            attempt.rejected();
        }
    }

    private synchronized int hanging() {
        return hanging;
    }

    private synchronized void hangs(int change) {
        hanging += change;
    }

    /** One fetch; {@code runner} is only set while its thread works for this attempt, so no other's is interrupted. */
    private final class Attempt implements Runnable {
        private final Callback callback;
        private Runnable cancelLimit = () -> {};
        private Thread runner;
        private boolean over;

        Attempt(Callback callback) {
            this.callback = callback;
        }

        synchronized void limit(Runnable cancel) {
            cancelLimit = cancel;
        }

        @Override
        public void run() {
            synchronized (this) {
                if (over) {
                    return;
                }
                runner = Thread.currentThread();
            }
            Fetched fetched = null;
            String reason = null;
            try {
                fetched = provider.fetch();
            } catch (Throwable e) {
                // An Error too: a missing class in a provider must show as a reason, not as a provider that never
                // answers.
                reason = Reason.of(e);
            }
            boolean late = arrive();
            if (late) {
                hangs(-1);
            }
            if (fetched == null) {
                if (!late) {
                    callback.failed(reason);
                }
            } else if (late) {
                callback.succeededLate(fetched);
            } else {
                callback.succeeded(fetched);
            }
        }

        private synchronized boolean arrive() {
            boolean late = over;
            over = true;
            runner = null;
            cancelLimit.run();
            return late;
        }

        void giveUp() {
            synchronized (this) {
                if (over) {
                    return;
                }
                over = true;
                if (runner != null) {
                    hangs(1);
                    runner.interrupt();
                }
            }
            callback.failed(provider.kind() + ": no answer within " + LIMIT.toSeconds() + " s");
        }

        void rejected() {
            synchronized (this) {
                over = true;
                cancelLimit.run();
            }
            callback.failed("no fetch thread is free");
        }
    }
}
