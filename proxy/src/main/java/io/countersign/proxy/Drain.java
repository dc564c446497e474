package io.countersign.proxy;

import io.countersign.proxy.config.DrainConfig;
import io.countersign.proxy.exchange.Activity;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the moment to end: agents that are stopped together with us are flushing, so new connections are taken until no
 * request has run for {@code drain.quiet}, or {@code drain.max} is over.
 *
 * <p>The quiet is counted from the end of the last request, since from then an agent counts how long it waits to try again.
 */
final class Drain {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
    private static final long LOOK_MILLIS = 50;

    private final Activity activity;
    private final Ticker ticker;

    Drain(Activity activity, Ticker ticker) {
        this.activity = activity;
        this.ticker = ticker;
    }

    /** Blocks; returns whether all exchanges had ended. */
    boolean await(DrainConfig limits) {
        long began = ticker.nanoTime();
        activity.phase(Activity.Phase.DRAINING);
        LOG.info(
                "draining: until no request has run for {} ms, {} ms at most",
                limits.quiet().toMillis(),
                limits.max().toMillis());
        while (true) {
            long now = ticker.nanoTime();
            long last = activity.lastSeenNanos() - began > 0 ? activity.lastSeenNanos() : began;
            boolean quiet =
                    activity.running() == 0 && now - last >= limits.quiet().toNanos();
            boolean late = now - began >= limits.max().toNanos();
            if (quiet || late) {
                activity.phase(Activity.Phase.CLOSED);
                LOG.info("drained: {} exchanges still running", activity.running());
                return quiet;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
        }
    }
}
