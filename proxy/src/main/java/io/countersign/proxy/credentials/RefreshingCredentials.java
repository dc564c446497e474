package io.countersign.proxy.credentials;

import io.countersign.proxy.secrets.Secrets;
import io.countersign.sigv4.AwsCredentials;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one named set of credentials fresh: fetches ahead of expiry, one fetch at a time, and keeps serving while the provider
 * is down, until the credentials expire. Closing ends the refreshing alone; what is at hand is served until its expiry, so
 * that an exchange which began before a reload can still end well.
 *
 * <p>One that replaces another on a reload serves the other's credentials until its own first fetch has brought some, or those
 * have expired: a slip in the new configuration, or an outage at that moment, must not end what was good for an hour.
 */
public final class RefreshingCredentials implements NamedCredentials {
    /** A service that refuses everything must not turn into load on STS. */
    static final Duration FORCED_REFRESH_GAP = Duration.ofSeconds(30);
    /** How long inherited credentials without an expiry are used: as long as a role's usually are valid. */
    static final Duration MAX_INHERITANCE = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(RefreshingCredentials.class);

    private final String name;
    private final CredentialsProvider provider;
    private final Clock clock;
    private final Scheduler scheduler;
    private final RefreshSchedule schedule;
    private final BoundedFetch fetches;

    /** What {@link #current} reads; null before the first success. */
    private volatile HeldCredentials held;

    /** Credentials of what this one replaces; only used before the first success. */
    private final HeldCredentials inherited;

    // Everything below is guarded by this lock, which is never held while a fetch begins, runs or ends, or a stage
    // completes: those may run anything.
    private final Object lock = new Object();
    private CompletableFuture<Credentials> underWay;
    private Runnable cancelTimer = () -> {};
    private Instant lastForced;
    private final FetchHistory history = new FetchHistory();
    private boolean closed;

    public RefreshingCredentials(String name, CredentialsProvider provider, RefreshRuntime runtime) {
        this(name, provider, runtime, null);
    }

    private RefreshingCredentials(
            String name, CredentialsProvider provider, RefreshRuntime runtime, HeldCredentials inherited) {
        this.name = name;
        this.provider = provider;
        this.clock = runtime.clock();
        this.scheduler = runtime.scheduler();
        this.schedule = new RefreshSchedule(runtime.random());
        this.fetches = new BoundedFetch(provider, runtime.fetchThreads(), runtime.scheduler());
        this.inherited = inherited;
    }

    /** What takes the place of this one and, at first, serves its credentials; this one is to be closed. */
    RefreshingCredentials replacedBy(CredentialsProvider other, RefreshRuntime runtime) {
        HeldCredentials own = atHand();
        Instant latest = clock.instant().plus(MAX_INHERITANCE);
        return new RefreshingCredentials(name, other, runtime, own == null ? null : own.atLatest(latest));
    }

    /** Begins a fetch, the first one or the next. */
    public RefreshingCredentials start() {
        launch(found -> false, () -> true);
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Credentials current() {
        HeldCredentials now = atHand();
        return now != null && now.holdsAt(clock.instant()) ? now.usable() : missing(now);
    }

    private HeldCredentials atHand() {
        HeldCredentials own = held;
        return own == null ? inherited : own;
    }

    private Credentials.Missing missing(HeldCredentials expired) {
        String error;
        synchronized (lock) {
            error = history.lastError();
        }
        StringBuilder reason = new StringBuilder("credentials ").append(name).append(": ");
        if (expired != null) {
            reason.append("credentials from " + expired.provider() + " expired at " + expired.until());
            reason.append(error == null ? "; a fetch is under way" : "; ");
        } else if (error == null) {
            reason.append("the first fetch (").append(provider.kind()).append(") is under way");
        }
        return new Credentials.Missing(reason.append(error == null ? "" : error).toString());
    }

    @Override
    public CompletionStage<Credentials> await() {
        Credentials now = current();
        if (now instanceof Credentials.Usable) {
            return CompletableFuture.completedStage(now);
        }
        // While backing off nobody waits: a quick 503 serves the caller better. Without a failure the timer is merely
        // late (the clock has leapt, the machine slept).
        return launch(Credentials.Usable.class::isInstance, () -> history.failuresInRow() == 0);
    }

    @Override
    public CompletionStage<Credentials> refresh(AwsCredentials rejected) {
        Credentials now = current();
        if (now instanceof Credentials.Usable usable && !usable.value().equals(rejected)) {
            return CompletableFuture.completedStage(now);
        }
        return launch(
                found -> found instanceof Credentials.Usable usable
                        && !usable.value().equals(rejected),
                this::forcedRefreshIsDue);
    }

    private boolean forcedRefreshIsDue() {
        Instant now = clock.instant();
        if (lastForced != null) {
            Duration gone = Duration.between(lastForced, now);
            // A clock that was set back must not forbid refreshes for as long.
            if (!gone.isNegative() && gone.compareTo(FORCED_REFRESH_GAP) < 0) {
                return false;
            }
        }
        lastForced = now;
        return true;
    }

    /**
     * Joins the fetch under way, or begins one; the lock must not be held. What is at hand is looked at once more under it: a
     * fetch may have succeeded since the caller looked.
     *
     * @param enough whether what is at hand does, so that nothing is fetched
     * @param due whether a fetch may begin; asked with the lock held
     * @return what is at hand, when nothing is under way and none may begin
     */
    private CompletionStage<Credentials> launch(Predicate<Credentials> enough, BooleanSupplier due) {
        CompletableFuture<Credentials> stage;
        synchronized (lock) {
            Credentials now = current();
            if (enough.test(now)) {
                return CompletableFuture.completedStage(now);
            }
            if (underWay != null) {
                return underWay.minimalCompletionStage();
            }
            if (closed || !due.getAsBoolean()) {
                return CompletableFuture.completedStage(now);
            }
            stage = new CompletableFuture<>();
            underWay = stage;
            cancelTimer.run();
        }
        fetches.start(new Callback(stage));
        return stage.minimalCompletionStage();
    }

    private final class Callback implements BoundedFetch.Callback {
        private final CompletableFuture<Credentials> stage;

        Callback(CompletableFuture<Credentials> stage) {
            this.stage = stage;
        }

        @Override
        public void succeeded(Fetched fetched) {
            synchronized (lock) {
                underWay = null;
                adopt(fetched);
            }
            stage.complete(current());
        }

        @Override
        public void failed(String reason) {
            synchronized (lock) {
                underWay = null;
                fail(reason);
            }
            stage.complete(current());
        }

        @Override
        public void succeededLate(Fetched fetched) {
            synchronized (lock) {
                Instant until = fetched.expiry().orElse(Instant.MAX);
                // A fetch begun later may have succeeded first: then its credentials are the newer ones.
                if (underWay == null && (history.failuresInRow() > 0 || held == null || until.isAfter(held.until()))) {
                    adopt(fetched);
                }
            }
        }
    }

    private void adopt(Fetched fetched) {
        Instant now = clock.instant();
        Instant until = fetched.expiry().orElse(Instant.MAX);
        if (!now.isBefore(until)) {
            fail(fetched.provider() + ": gave credentials that expired at " + until + " (it is " + now
                    + " by this machine's clock)");
            return;
        }
        HeldCredentials before = held;
        held = HeldCredentials.of(fetched, until);
        Duration wait = schedule.afterSuccess(now, fetched.expiry());
        if (history.failuresInRow() > 0 && before != null) {
            int failed = history.failuresInRow();
            LOG.info("credentials {}: {} answers again after {} failed fetches", name, fetched.provider(), failed);
        }
        if (before == null || !before.usable().value().equals(fetched.credentials())) {
            LOG.info(
                    "credentials {}: new credentials from {}, {}, next fetch in {} s",
                    name,
                    fetched.provider(),
                    Validity.of(fetched.credentials(), fetched.expiry()),
                    wait.toSeconds());
        }
        history.succeeded(now);
        next(wait);
    }

    private void fail(String reason) {
        Instant now = clock.instant();
        HeldCredentials serving = atHand();
        String error = Reason.shown(
                reason,
                serving == null ? Secrets.NONE : Secrets.of(serving.usable().value()));
        if (history.failed(now, error)) {
            int inRow = history.failuresInRow();
            LOG.warn("credentials {}: fetch failed ({} in a row), {}: {}", name, inRow, left(now), error);
        }
        next(schedule.afterFailure(history.failuresInRow()));
    }

    private String left(Instant now) {
        HeldCredentials serving = atHand();
        if (serving == null) {
            return "there are no credentials yet";
        }
        if (!serving.holdsAt(now)) {
            return "the credentials have expired";
        }
        if (held == null) {
            return "the credentials from before the reload are used until " + serving.until();
        }
        return "credentials at hand are "
                + Validity.of(serving.usable().value(), serving.usable().expiry());
    }

    private void next(Duration wait) {
        cancelTimer.run();
        if (!closed) {
            cancelTimer = scheduler.after(wait, this::start);
        }
    }

    public CredentialsStatus status() {
        HeldCredentials now = atHand();
        synchronized (lock) {
            return new CredentialsStatus(
                    name,
                    provider.kind(),
                    now == null ? provider.kind() : now.provider(),
                    now != null && now.holdsAt(clock.instant()),
                    now == null ? Optional.empty() : now.usable().expiry(),
                    history.fetches(),
                    now == null ? Principal.UNKNOWN : now.principal());
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            cancelTimer.run();
        }
    }
}
