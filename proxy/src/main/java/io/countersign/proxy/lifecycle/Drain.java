package io.countersign.proxy.lifecycle;

import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the moment to end. Agents that are stopped together with us are flushing, so requests are served until none has run
 * for {@code drain.quiet}. Where agents go on sending, that moment never comes: so from {@code drain.refuse} before {@code
 * drain.max} on, further requests are answered 503, and what runs has that long to end.
 *
 * <p>The quiet is counted from the end of the last request, since from then an agent counts how long it waits to try again.
 */
public final class Drain {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
    private static final long LOOK_MILLIS = 20;

    /** Once requests are refused and none runs, so long still: agents hear from the 503 when to come back. */
    private static final Duration LAST_WORD = Duration.ofSeconds(1);

    private final Lifecycle lifecycle;
    private final Ticker ticker;
    private final DrainConfig limits;
    private final long began;
    private long refusedFrom;

    /**
     * Begins the drain.
     *
     * @param announce tells connections that may last for hours; called once no further one can miss it
     */
    public Drain(Lifecycle lifecycle, Ticker ticker, DrainConfig limits, Runnable announce) {
        this.lifecycle = lifecycle;
        this.ticker = ticker;
        this.limits = limits;
        this.began = ticker.nanoTime();
        lifecycle.phase(Lifecycle.Phase.DRAINING);
        announce.run();
        LOG.info(
                "draining: until no request has run for {} ms, {} ms at most; Ctrl-C again ends at once",
                limits.quiet().toMillis(),
                limits.max().toMillis());
    }

    /** Blocks until the end has come. */
    public void await() {
        while (!look()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
        }
    }

    /** Moves on if it is time to; returns whether the end has come. */
    boolean look() {
        long now = ticker.nanoTime();
        long passed = now - began;
        if (lifecycle.phase() == Lifecycle.Phase.DRAINING) {
            if (isQuiet(now, limits.quiet(), began)) {
                // Whatever has begun since we looked is seen below, and nothing can begin any more.
                refuse(now);
                return isOver(lifecycle.running() == 0);
            }
            if (passed >= limits.max().minus(limits.refuse()).toNanos()) {
                refuse(now);
                LOG.info(
                        "draining: requests still come, and further ones are answered 503; {} are running",
                        lifecycle.running());
            }
        }
        boolean late = passed >= limits.max().toNanos();
        boolean refusedLong = lifecycle.phase() == Lifecycle.Phase.REFUSING && isQuiet(now, shorter(), refusedFrom);
        return isOver(late || refusedLong);
    }

    private void refuse(long now) {
        refusedFrom = now;
        lifecycle.phase(Lifecycle.Phase.REFUSING);
    }

    private Duration shorter() {
        return limits.quiet().compareTo(LAST_WORD) < 0 ? limits.quiet() : LAST_WORD;
    }

    private boolean isQuiet(long now, Duration quiet, long since) {
        if (lifecycle.running() > 0) {
            return false;
        }
        long last = lifecycle.lastSeenNanos() - since > 0 ? lifecycle.lastSeenNanos() : since;
        return now - last >= quiet.toNanos();
    }

    private boolean isOver(boolean over) {
        if (over) {
            lifecycle.phase(Lifecycle.Phase.CLOSED);
            int running = lifecycle.running();
            LOG.info("drained: {} exchanges still running{}", running, running > 0 ? ", which are cut now" : "");
        }
        return over;
    }
}
