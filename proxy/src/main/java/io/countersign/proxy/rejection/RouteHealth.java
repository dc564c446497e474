package io.countersign.proxy.rejection;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.random.RandomGenerator;

/**
 * How AWS takes what one route sends: since when it refuses it and why, and what that means for the next responses. Outlives
 * reloads. Shared between event loops; {@link #accepted} is cheap, the rest is for responses that went wrong.
 */
public final class RouteHealth {
    /** Ours for throttling and outages: some SDKs have 10 s in all. */
    private static final int MAX_SHORT_SECONDS = 2;
    /** Agents obey Retry-After without a bound of their own, so a cause that is mended must not be waited out for long. */
    private static final int MAX_LONG_SECONDS = 30;
    /** The upstream's own word, up to this. */
    static final int MAX_RELAYED_SECONDS = 300;

    /** The label of a limit that waiting doesn't lift, beside those of {@link Rejection.Cause}. */
    public static final String OVER_LIMIT = "over_limit";

    /** How often a storm's count is logged. */
    public static final Duration INTERVAL = Duration.ofSeconds(10);

    /** Refusals that begin again sooner after a success belong to the same run: a route that flaps must not fill the log. */
    private static final Duration QUIET = INTERVAL.multipliedBy(2);

    private final Clock clock;
    private final Storms storms = new Storms(INTERVAL);
    private final AtomicLong givenUp = new AtomicLong();
    private volatile long lastSuccess;
    private volatile Trouble trouble;
    private volatile Run run;
    /** Of the run: whether its end was said already, and whether it is to be said once more; guarded by this. */
    private boolean healSaid;

    private boolean healOwed;

    /**
     * A run of refusals without one success between.
     *
     * @param cause label of the last one
     * @param since when the run began
     * @param last when it was refused last
     * @param count refusals in it
     * @param remedyFailed for which credentials a remedy has failed; empty: for none
     */
    public record Trouble(String cause, Instant since, Instant last, long count, Optional<Object> remedyFailed) {
        private Trouble refusedAgain(String next, Instant at) {
            return new Trouble(next, since, at, count + 1, remedyFailed);
        }

        private Trouble withoutRemedy(Object credentials) {
            return new Trouble(cause, since, last, count, Optional.of(credentials));
        }
    }

    /**
     * Requests that failed for whatever is not the caller's doing, AWS's refusals among them, as logs and pages show them.
     *
     * @param cause label of the last one
     * @param first when the run began
     * @param last when a request failed last
     * @param count of those that failed
     * @param since when it last began without one success since; empty while it is healed
     * @param healed when the success came that ended it; empty while it lasts
     */
    public record Run(
            String cause, Instant first, Instant last, long count, Optional<Instant> since, Optional<Instant> healed) {
        private Run failedAgain(String next, Instant at) {
            return new Run(next, first, at, count + 1, since.or(() -> Optional.of(at)), Optional.empty());
        }

        private Run healedAt(Instant at) {
            return new Run(cause, first, last, count, Optional.empty(), Optional.of(at));
        }

        private boolean isOpen() {
            return healed.isEmpty();
        }
    }

    public RouteHealth(Clock clock) {
        this.clock = clock;
    }

    /**
     * The upstream answered a request with 2xx: whatever was wrong is mended.
     *
     * @return the run of failures that this ends, where that is to be said now
     */
    public Optional<Run> accepted() {
        Instant now = clock.instant();
        // A write of every request would pass the cache line between all loops.
        if (now.getEpochSecond() != lastSuccess) {
            lastSuccess = now.getEpochSecond();
        }
        Run before = run;
        return trouble != null || (before != null && before.isOpen()) ? mended(now) : Optional.empty();
    }

    private synchronized Optional<Run> mended(Instant now) {
        trouble = null;
        if (run == null || !run.isOpen()) {
            return Optional.empty();
        }
        run = run.healedAt(now);
        healOwed = healSaid;
        healSaid = true;
        return healOwed ? Optional.empty() : Optional.of(run);
    }

    /** AWS refused a request, for whatever is not the caller's doing. */
    public synchronized void refused(String cause) {
        Instant now = clock.instant();
        Trouble before = trouble;
        trouble = before == null ? new Trouble(cause, now, now, 1, Optional.empty()) : before.refusedAgain(cause, now);
        failed(cause);
    }

    /** A request failed for what is neither the caller's doing nor a refusal, such as throttling or a dead upstream. */
    public synchronized void failed(String cause) {
        Instant now = clock.instant();
        Run before = run;
        boolean goesOn = before != null
                && before.healed()
                        .map(at -> Duration.between(at, now).compareTo(QUIET) < 0)
                        .orElse(true);
        if (goesOn) {
            run = before.failedAgain(cause, now);
        } else {
            run = new Run(cause, now, now, 1, Optional.of(now), Optional.empty());
            healSaid = false;
            healOwed = false;
            storms.forget();
        }
    }

    /** Whether such an event is to be logged in full; if not, it is counted, and {@link #report} reports how many there were. */
    public boolean isNews(String cause) {
        return storms.isFirst(cause, nanos());
    }

    /**
     * Reports what there is to log since the last call; to be called each {@link #INTERVAL}, and when the route has healed.
     *
     * @param more takes each cause and how many there were
     * @param healed takes the run that is over, where its end is to be logged only now
     */
    public void report(ObjLongConsumer<String> more, Consumer<Run> healed) {
        Run now = run;
        storms.flush(nanos(), now == null || !now.isOpen(), more);
        owedHeal().ifPresent(healed);
    }

    private synchronized Optional<Run> owedHeal() {
        boolean quiet = run != null
                && run.healed()
                        .map(at -> Duration.between(at, clock.instant()).compareTo(INTERVAL) >= 0)
                        .orElse(false);
        if (!healOwed || !quiet) {
            return Optional.empty();
        }
        healOwed = false;
        return Optional.of(run);
    }

    private long nanos() {
        return TimeUnit.MILLISECONDS.toNanos(clock.millis());
    }

    /** The last run of failures, over or not; empty when nothing has failed since start. */
    public Optional<Run> run() {
        return Optional.ofNullable(run);
    }

    /** A payload was held for as long as it may be, and its sender got the true status. */
    public void gaveUp() {
        givenUp.incrementAndGet();
    }

    /** Payloads that were given up since start. */
    public long givenUp() {
        return givenUp.get();
    }

    /** A remedy did not help: until a success, or other credentials, it is not tried again. */
    public synchronized void remedyFailed(String cause, Object credentials) {
        Trouble before = trouble;
        Instant now = clock.instant();
        trouble = (before == null ? new Trouble(cause, now, now, 0, Optional.empty()) : before)
                .withoutRemedy(credentials);
    }

    /** Whether a refused request may be sent a second time with {@code credentials}, or others. */
    public boolean mayResend(Object credentials) {
        Trouble now = trouble;
        return now == null || now.remedyFailed().filter(credentials::equals).isEmpty();
    }

    /** The run of refusals that lasts; empty when the last response was a success. */
    public Optional<Trouble> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** When the last 2xx came, in whole seconds. */
    public Optional<Instant> lastSuccess() {
        long at = lastSuccess;
        return at == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(at));
    }

    /** Seconds to wait after throttling and outages: 1 or 2, so that agents don't come back all at once. */
    public static int shortWait(RandomGenerator random) {
        return 1 + random.nextInt(MAX_SHORT_SECONDS);
    }

    /** Seconds that the upstream asked for, within bounds. */
    public static int relayedWait(long seconds) {
        return (int) Math.max(1, Math.min(MAX_RELAYED_SECONDS, seconds));
    }

    /**
     * Seconds to wait for what a person has to mend: as long again as it has lasted, from 1 s to 30 s, so that a wrong role
     * does not make a fleet hammer its account's shared quota. Spread over the upper half.
     */
    public int longWait(RandomGenerator random) {
        Trouble now = trouble;
        long lasted = now == null
                ? 0
                : Math.max(0, clock.instant().getEpochSecond() - now.since().getEpochSecond());
        int wait = (int) Math.max(1, Math.min(MAX_LONG_SECONDS, lasted));
        return wait - random.nextInt(wait / 2 + 1);
    }
}
